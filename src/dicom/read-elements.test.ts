import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import dicomParser from "dicom-parser";
import { expect, test } from "vitest";
import { encodingOf, fileStart } from "./file-start.ts";
import { type Encoding, readElements, readItems } from "./read-elements.ts";

const seeds = fileURLToPath(new URL("../../benchmarks/fuzz/seeds/", import.meta.url));
const explicit: Encoding = { explicit: true, littleEndian: true };

/** Elements in explicit little endian: [tag, VR, length said, bytes]. */
function encoded(...elements: readonly (readonly [tag: number, vr: string, length: number, value: Uint8Array])[]): Uint8Array {
  return Buffer.concat(
    elements.map(([tag, vr, length, value]) => {
      const head = Buffer.alloc(vr === "" || /^(AE|DS|LO|US)$/.test(vr) ? 8 : 12);
      head.writeUInt16LE(tag >>> 16, 0);
      head.writeUInt16LE(tag & 0xffff, 2);
      head.write(vr, 4, "latin1");
      if (vr === "") head.writeUInt32LE(length, 4);
      else if (head.length === 8) head.writeUInt16LE(length, 6);
      else head.writeUInt32LE(length, 8);
      return Buffer.concat([head, value]);
    }),
  );
}
const none = new Uint8Array();
const readAll = (bytes: Uint8Array, encoding = explicit) => readElements({ bytes, from: 0, to: bytes.length, encoding });
const undefinedLength = 0xffffffff;

test("elements lie where dicom-parser finds them, in every encoding that is not deflated", () => {
  let compared = 0;
  for (const name of readdirSync(seeds).filter((seed) => !seed.includes("deflated"))) {
    const bytes = new Uint8Array(readFileSync(seeds + name));
    const start = fileStart(bytes);
    if (typeof start === "string") throw new Error(name);
    const read = readElements({ bytes, from: start.dataSetAt, to: bytes.length, encoding: encodingOf(start.transferSyntaxUid ?? "") });
    if (typeof read === "string") throw new Error(name);
    const theirs = dicomParser.parseDicom(bytes, { untilTag: "x7fe00010" }).elements;
    const ours = [...read.elements].map(([tag, { offset, length }]) => [`x${tag.toString(16).padStart(8, "0")}`, offset, length]);
    const expected = Object.values(theirs).filter(({ tag }) => !tag.startsWith("x0002"));
    // Theirs leaves the delimiter of a sequence out of its length, where that was not given.
    const lengthOf = ({ vr, length, hadUndefinedLength }: dicomParser.Element) => length + (vr === "SQ" && hadUndefinedLength ? 8 : 0);
    expect(ours, name).toEqual(expected.map((element) => [element.tag, element.dataOffset, lengthOf(element)]));
    compared += ours.length;
  }
  expect(compared).toBeGreaterThan(500);
});

test("64-bit integers and VRs yet to come have their length in four bytes", () => {
  const bytes = encoded([0x7fe00001, "OV", 8, new Uint8Array(8)], [0x00090010, "ZZ", 2, new Uint8Array(2)], [0x7fe00010, "OW", 4, none]);
  const read = readAll(bytes);
  expect(typeof read === "string" ? read : [...read.elements.values()].map(({ offset, length }) => [offset, length])).toEqual([
    [12, 8],
    [32, 2],
    [46, 4],
  ]);
});

test("bytes that end within an element are short, bytes that are no items are broken", () => {
  expect(readAll(encoded([0x00100010, "LO", 9, new Uint8Array(8)]))).toBe("short");
  expect(readAll(encoded([0x00100010, "LO", 8, new Uint8Array(8)]).subarray(0, 6))).toBe("short");
  expect(readAll(encoded([0x0040a730, "SQ", undefinedLength, new Uint8Array(16)]))).toBe("broken");
});

test("10,000 sequences in one another are broken, not too much for the stack", () => {
  const level = encoded([0x0040a730, "SQ", undefinedLength, none], [0xfffee000, "", undefinedLength, none]);
  expect(readAll(Buffer.concat(Array.from({ length: 10_000 }, () => level)))).toBe("broken");
});

test("more elements than any header has, and a sequence of more items, are not read", () => {
  expect(readAll(Buffer.concat(Array.from({ length: 70_000 }, (_, n) => encoded([0x00100000 + n, "LO", 0, none]))))).toBe("broken");
  const items = (count: number): number => {
    const value = new Uint8Array(8 * count);
    for (let at = 0; at < value.length; at += 8) value.set([0xfe, 0xff, 0x00, 0xe0], at);
    return readItems(value, { vr: "SQ", offset: 0, length: value.length, undefinedLength: false }, explicit).length;
  };
  expect(items(131_072)).toBe(131_072);
  expect(items(131_073)).toBe(0);
});
