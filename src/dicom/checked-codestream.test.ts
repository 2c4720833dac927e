import { expect, test } from "vitest";
import { checkedCodestream } from "./checked-codestream.ts";
import type { PixelFormat } from "./image-file.ts";

const format = (rows: number, columns: number): PixelFormat => ({
  rows,
  columns,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  bitsAllocated: 16,
  bitsStored: 12,
  highBit: 11,
  signed: false,
});

/** SOI, a comment, and a frame header (ISO/IEC 10918-1 B.2.2). */
const jpeg = (marker: number, rows: number, columns: number, components: number): Uint8Array => {
  const frame = Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, 4, 0, 0, 0xff, 0xff, marker, 0, 11, 12, 0, 0, 0, 0, components, 0, 0, 0]);
  frame.writeUInt16BE(rows, 14);
  frame.writeUInt16BE(columns, 16);
  return frame;
};

/** SOC and SIZ (ISO/IEC 15444-1 A.5.1). */
const jpeg2000 = (rows: number, columns: number, components: number, step = 1): Uint8Array => {
  const size = Buffer.alloc(42 + 3 * components);
  size.writeUInt32BE(0xff4fff51, 0);
  for (const [n, value] of [columns + 3, rows + 5, 3, 5, columns, rows].entries()) size.writeUInt32BE(value, 8 + 4 * n);
  size.writeUInt16BE(components, 40);
  for (let n = 0; n < components; n++) size.set([11, step, step], 42 + 3 * n);
  return size;
};

const box = (type: string, content: Uint8Array): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
};

test("a codestream of the header's size is let through", () => {
  expect(checkedCodestream(jpeg(0xc3, 5, 7, 1), "jpeg", format(5, 7))).toHaveLength(22);
  expect(checkedCodestream(jpeg(0xf7, 5, 7, 1), "jpeg-ls", format(5, 7))).toHaveLength(22);
  expect(checkedCodestream(jpeg2000(5, 7, 1), "jpeg-2000", format(5, 7))).toHaveLength(45);
});

test("a codestream larger than its header, of more components or subsampled, never reaches a decoder", () => {
  for (const [bytes, codec] of [
    [jpeg(0xc3, 65535, 65535, 1), "jpeg"],
    [jpeg(0xc3, 5, 7, 3), "jpeg"],
    [jpeg(0xf7, 5, 8, 1), "jpeg-ls"],
    [jpeg2000(65535, 65535, 1), "jpeg-2000"],
    [jpeg2000(5, 7, 16384), "jpeg-2000"],
    [jpeg2000(5, 7, 1, 255), "htj2k"],
    [new Uint8Array(50), "jpeg-2000"],
    [new Uint8Array(50), "jpeg"],
    [jpeg2000(5, 7, 1).subarray(0, 20), "jpeg-2000"],
    [Uint8Array.of(0xff, 0xd8), "jpeg"],
    [jpeg(0xc3, 5, 7, 1).map((byte, n) => (n === 3 ? 0x01 : byte)), "jpeg"],
    [Uint8Array.of(0xff, 0xd8, 0xff, 0xc4, 0, 0, 0xff, 0xc4, 0, 0), "jpeg"],
  ] as const)
    expect(() => checkedCodestream(bytes, codec, format(5, 7))).toThrow(RangeError);
});

test("a codestream is taken out of the boxes of a JP2 file", () => {
  const codestream = jpeg2000(5, 7, 1);
  const boxes = [box("jP  ", Buffer.from("0d0a870a", "hex")), box("jp2h", new Uint8Array(30)), box("jp2c", codestream)];
  expect(Buffer.from(checkedCodestream(Buffer.concat(boxes), "jpeg-2000", format(5, 7))).equals(codestream)).toBe(true);
  expect(() => checkedCodestream(Buffer.concat(boxes.slice(0, 2)), "jpeg-2000", format(5, 7))).toThrow(RangeError);
  expect(() => checkedCodestream(Buffer.concat([boxes[0] as Buffer, new Uint8Array(40)]), "jpeg-2000", format(5, 7))).toThrow(RangeError);
});
