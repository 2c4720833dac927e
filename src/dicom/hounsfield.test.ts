import { expect, test } from "vitest";
import { type HounsfieldRule, hounsfieldTable, paddingMark, toHounsfield } from "./hounsfield.ts";
import type { PixelFormat } from "./image-file.ts";

const format = (of: Partial<PixelFormat>): PixelFormat => ({
  rows: 1,
  columns: 4,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  bitsAllocated: 16,
  bitsStored: 16,
  highBit: 15,
  signed: false,
  ...of,
});
function converted(
  words: readonly number[],
  rule: Partial<HounsfieldRule> & { format: PixelFormat },
  bigEndian = false,
): { hu: number[]; padded: number } {
  const bytes = new Uint8Array(words.length * 2);
  const view = new DataView(bytes.buffer);
  words.forEach((word, n) => {
    view.setUint16(2 * n, word & 0xffff, !bigEndian);
  });
  const out = new Int16Array(words.length);
  const padded = toHounsfield(
    { bytes, bytesPerValue: 2, bigEndian },
    hounsfieldTable({ slope: 1, intercept: 0, padding: null, ...rule }),
    out,
  );
  return { hu: [...out], padded };
}

test("bits above and below those in use do not count, and the sign is the highest of them", () => {
  // 12 bits in use at bits 4 to 15, overlay rubbish below.
  const high = format({ bitsStored: 12, highBit: 15, signed: true });
  expect(converted([0x7ff3, 0xffff, 0xc00f, 0x0015], { format: high }).hu).toEqual([2047, -1, -1024, 1]);
  // 12 bits in use at bits 0 to 11, overlay rubbish above.
  const low = format({ bitsStored: 12, highBit: 11, signed: true });
  expect(converted([0xf7ff, 0x7fff, 0x1c00, 0x2001], { format: low }).hu).toEqual([2047, -1, -1024, 1]);
  expect(converted([0xf7ff, 0x0fff], { format: { ...low, signed: false } }).hu).toEqual([2047, 4095]);
});

test("big endian words are turned", () => {
  expect(converted([1, 256, 0x0fff], { format: format({}) }, true).hu).toEqual([1, 256, 4095]);
});

test("HU are rounded, and clamped at −1024 and 32767", () => {
  expect(converted([1, 2, 3], { format: format({}), slope: 0.5, intercept: -1000.25 }).hu).toEqual([-1000, -999, -999]);
  expect(converted([65535, 0], { format: format({}), slope: 1, intercept: -1100 })).toEqual({ hu: [32767, -1024], padded: 0 });
});

test("padding is taken from the header, or known by HU that no air has", () => {
  const signed = format({ signed: true });
  const padding = { low: -2000, high: -1990 };
  expect(converted([-2000, -1990, -1000, 5], { format: signed, padding })).toEqual({ hu: [paddingMark, paddingMark, -1000, 5], padded: 2 });
  expect(converted([-2048, -3024, -1150], { format: signed })).toEqual({ hu: [paddingMark, paddingMark, -1024], padded: 2 });
  // A padding value may look like tissue: it is padding all the same.
  expect(converted([63, 64], { format: format({}), intercept: 0, padding: { low: 63, high: 63 } }).padded).toBe(1);
});

test("too few values are refused", () => {
  expect(() =>
    toHounsfield(
      { bytes: new Uint8Array(6), bytesPerValue: 2, bigEndian: false },
      hounsfieldTable({ format: format({}), slope: 1, intercept: 0, padding: null }),
      new Int16Array(4),
    ),
  ).toThrow(RangeError);
});
