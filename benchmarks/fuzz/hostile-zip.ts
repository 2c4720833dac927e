import { crc32, deflateRawSync } from "node:zlib";
import type { SeededRandom } from "../../src/base/seeded-random.ts";
import { pick, wideEdges } from "./mutate-bytes.ts";

/** An entry of an archive and what it says of itself. */
interface ZipEntry {
  name: string;
  bytes: Uint8Array;
  method: number;
  flags: number;
  /** Lies of the central directory. */
  declaredSize?: number;
  declaredPacked?: number;
  declaredOffset?: number;
  attributes?: number;
  extra?: Uint8Array;
}

/** What is added to what the end record should say, and the lies of a 64-bit one where there is one. */
export interface ZipEnd {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
  readonly comment: number;
  readonly wide: Readonly<Partial<Record<"entries" | "size" | "offset" | "place", bigint>>> | null;
}

/** An end record that tells the truth. */
export const soundEnd: ZipEnd = { entries: 0, size: 0, offset: 0, comment: 0, wide: null };

const names = [
  ...[
    "../outside.dcm",
    "a/../../outside.dcm",
    "/etc/outside.dcm",
    "C:\\outside.dcm",
    "..\\outside.dcm",
    "a\0b.dcm",
    "",
    ".",
    "..",
    "./",
    "a//b.dcm",
  ],
  ...[
    "con",
    "x".repeat(5000),
    "é结节.dcm",
    "\ud800.dcm",
    "__MACOSX/a.dcm",
    ".hidden",
    "DICOMDIR",
    "nested.zip",
    "a/",
    "%2e%2e/outside.dcm",
    "~/x",
  ],
];

/** A zip archive of these files, with one to three lies in it. */
export function hostileZip(
  files: ReadonlyArray<{ path: string; bytes: Uint8Array }>,
  random: SeededRandom,
): { bytes: Uint8Array; said: string[] } {
  const entries = files.map(({ path, bytes }): ZipEntry => ({ name: path, bytes, method: pick([0, 8], random), flags: 0x800 }));
  const end = { ...soundEnd };
  const any = (): ZipEntry => pick(entries, random);
  const add = (entry: Partial<ZipEntry> & Pick<ZipEntry, "name" | "bytes">): number => entries.push({ method: 8, flags: 0, ...entry });
  const [blank, first] = [new Uint8Array(2 ** 20), files[0]?.bytes ?? new Uint8Array()];
  const lies: Readonly<Record<string, () => unknown>> = {
    "zip: name": () => Object.assign(any(), { name: pick(names, random) }),
    "zip: size": () => Object.assign(any(), { declaredSize: pick(wideEdges, random) }),
    "zip: packed size": () => Object.assign(any(), { declaredPacked: pick(wideEdges, random) }),
    "zip: offset": () => Object.assign(any(), { declaredOffset: pick(wideEdges, random) }),
    "zip: overlap": () => entries.map((entry) => Object.assign(entry, { declaredOffset: 0 })),
    "zip: method": () => Object.assign(any(), { method: pick([1, 6, 9, 12, 14, 93, 99, 65535], random) }),
    "zip: encrypted": () => Object.assign(any(), { flags: pick([1, 0x801, 0x2000, 0x41, 0xffff], random) }),
    "zip: link": () => Object.assign(any(), { attributes: 0xa1ff0000, bytes: Buffer.from("../outside.dcm") }),
    "zip: same name": () => Object.assign(any(), { name: any().name }),
    "zip: many entries": () => Array.from({ length: 3000 }, (_, n) => add({ name: `e${n}.dcm`, bytes: new Uint8Array(), method: 0 })),
    "zip: blank gigabyte": () => add({ name: "blank.dcm", bytes: blank, declaredSize: 2 ** 30 }),
    "zip: blank megabytes": () => add({ name: "blank.dcm", bytes: Buffer.concat([first, ...Array.from({ length: 8 }, () => blank)]) }),
    "zip: nested": () => add({ name: "inner.zip", bytes: encodeZip(entries, end) }),
    "zip: 64-bit field": () => {
      const extra = Buffer.alloc(4 + 8 * random.integer(4));
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(pick([extra.length - 4, 65535, 3], random), 2);
      for (let at = 4; at < extra.length; at += 8) extra.writeBigUInt64LE(pick([0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 64n - 1n], random), at);
      Object.assign(any(), { extra, declaredSize: 0xffffffff, declaredPacked: 0xffffffff });
    },
    "zip: end record": () => Object.assign(end, { [pick(["entries", "size", "offset", "comment"], random)]: pick(wideEdges, random) }),
    "zip: 64-bit end record": () => {
      const lying = (["entries", "size", "offset", "place"] as const).filter(() => random.uniform() < 0.3);
      Object.assign(end, {
        wide: Object.fromEntries(lying.map((field) => [field, pick([0n, 2n ** 32n, 2n ** 53n, 2n ** 64n - 1n], random)])),
      });
    },
  };
  const said = Array.from({ length: 1 + random.integer(3) }, () => pick(Object.keys(lies), random));
  for (const lie of said) lies[lie]?.();
  return { bytes: encodeZip(entries, end), said };
}

/** A zip archive with the lies of its entries and its end. */
export function encodeZip(entries: readonly ZipEntry[], end: ZipEnd): Uint8Array {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = entry.method === 8 ? deflateRawSync(entry.bytes) : Buffer.from(entry.bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags, 2);
    common.writeUInt16LE(entry.method, 4);
    common.writeUInt32LE(crc32(entry.bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(entry.bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    local.push(Buffer.from("PK\x03\x04", "latin1"), common, name, data);
    const told = Buffer.from(common);
    told.writeUInt32LE((entry.declaredPacked ?? data.length) >>> 0, 14);
    told.writeUInt32LE((entry.declaredSize ?? entry.bytes.length) >>> 0, 18);
    told.writeUInt16LE(entry.extra?.length ?? 0, 24);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((entry.attributes ?? 0) >>> 0, 6);
    tail.writeUInt32LE((entry.declaredOffset ?? at) >>> 0, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), told, tail, name, Buffer.from(entry.extra ?? []));
    at += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const record = Buffer.alloc(22);
  record.write("PK\x05\x06", "latin1");
  const count = (entries.length + end.entries) & 0xffff;
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE((directory.length + end.size) >>> 0, 12);
  record.writeUInt32LE(end.wide ? 0xffffffff : (at + end.offset) >>> 0, 16);
  record.writeUInt16LE(end.comment & 0xffff, 20);
  const wide = end.wide ? wideEnd(at, directory.length, entries.length, end.wide) : Buffer.alloc(0);
  return new Uint8Array(Buffer.concat([...local, directory, wide, record]));
}

/** The 64-bit end record and its locator. */
function wideEnd(offset: number, size: number, entries: number, lies: NonNullable<ZipEnd["wide"]>): Buffer {
  const record = Buffer.alloc(56);
  record.write("PK\x06\x06", "latin1");
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(lies.entries ?? BigInt(entries), 24);
  record.writeBigUInt64LE(lies.entries ?? BigInt(entries), 32);
  record.writeBigUInt64LE(lies.size ?? BigInt(size), 40);
  record.writeBigUInt64LE(lies.offset ?? BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", "latin1");
  locator.writeBigUInt64LE(lies.place ?? BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}
