import { decode } from "fast-png";
import { expect, test } from "vitest";
import type { PixelFormat } from "../dicom/image-file.ts";
import { type FrameToRender, renderStoredFrameTask } from "./render-stored-frame.ts";

const grey: PixelFormat = {
  rows: 1,
  columns: 4,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  bitsAllocated: 16,
  bitsStored: 12,
  highBit: 11,
  signed: true,
};

/** The picture of a frame as [red, green, blue] by pixel; null where there is none. */
async function drawn(bytes: Uint8Array, format: Partial<PixelFormat>, more: Partial<FrameToRender> = {}): Promise<number[][] | null> {
  const frame = { bytes, transferSyntaxUid: "1.2.840.10008.1.2.1", format: { ...grey, ...format } };
  const png = await renderStoredFrameTask.compute({ frame, planar: false, rescale: { slope: 1, intercept: 0 }, window: null, ...more });
  if (png === null) return null;
  const { data } = decode(png);
  return Array.from({ length: data.length / 3 }, (_, n) => [...data.slice(3 * n, 3 * n + 3)].map(Number));
}

const greys = (picture: number[][] | null): number[] | undefined => picture?.map(([value = -1]) => value);

test("values are read by the bits in use and their sign, rescaled, then windowed", async () => {
  // −2, −1, 0, 1 in 12 bits, with rubbish in the four above.
  const bytes = new Uint8Array(Uint16Array.of(0xaffe, 0x5fff, 0xf000, 0x1001).buffer);
  const rescale = { slope: 10, intercept: 100 };
  // 80, 90, 100, 110 by PS3.3 C.11.2.1.2.1: black up to 80, white from 110.
  expect(greys(await drawn(bytes, {}, { rescale, window: { centerHu: 95.5, widthHu: 31 } }))).toEqual([0, 85, 170, 255]);
});

test("without a window the least value is black and the greatest white; MONOCHROME1 is the other way round", async () => {
  const bytes = Uint8Array.of(10, 20, 30, 40);
  const format = { bitsAllocated: 8, bitsStored: 8, highBit: 7, signed: false };
  expect(greys(await drawn(bytes, format))).toEqual([0, 85, 170, 255]);
  expect(greys(await drawn(bytes, { ...format, photometricInterpretation: "MONOCHROME1" }))).toEqual([255, 170, 85, 0]);
});

test("colours come out as they went in, pixel by pixel or plane by plane", async () => {
  const format = {
    columns: 2,
    samplesPerPixel: 3,
    photometricInterpretation: "RGB",
    bitsAllocated: 8,
    bitsStored: 8,
    highBit: 7,
    signed: false,
  };
  const colors = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  expect(await drawn(Uint8Array.of(1, 2, 3, 4, 5, 6), format)).toEqual(colors);
  expect(await drawn(Uint8Array.of(1, 4, 2, 5, 3, 6), format, { planar: true })).toEqual(colors);
});

test("what cannot be drawn rightly is not drawn", async () => {
  const format = { samplesPerPixel: 3, photometricInterpretation: "YBR_FULL", bitsAllocated: 8, bitsStored: 8, highBit: 7 };
  expect(await drawn(new Uint8Array(12), format)).toBeNull();
  expect(await drawn(new Uint8Array(4), { ...format, samplesPerPixel: 1, photometricInterpretation: "PALETTE COLOR" })).toBeNull();
  const frame = { bytes: new Uint8Array(50), transferSyntaxUid: "1.2.840.10008.1.2.4.90", format: grey };
  expect(await renderStoredFrameTask.compute({ frame, planar: false, rescale: { slope: 1, intercept: 0 }, window: null })).toBeNull();
});

test("a frame shorter than its size says is not drawn", async () => {
  expect(await drawn(new Uint8Array(3), {})).toBeNull();
});
