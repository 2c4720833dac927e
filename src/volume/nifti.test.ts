import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { toPatient } from "./grid.ts";
import { readNifti } from "./nifti.ts";
import { voxelPoint } from "./space.ts";

// Written by nibabel 5: 2 × 3 × 4 voxels, i fastest, with the RAS affine below; gzip-packed.
const int16BySform =
  "H4sIAAAAAAACA4thZCAKMDMwATELAyMUogIWBgEw3bAfSNgzMDgAMYMDkG+Pijc4Q2gwYGIYcMDIwGtyxlYyvW6/ykbvvQwMCo4MDAsOMjB8cFz69Ne+GxfE902uUrIFif/MP713krW1vVySxz6IGgYGyYiZtjN2/LMHqUc3OU/bEEz//v/n/9////7//w+yDRKGrAxsDOwMHAycDFwM3Aw8DLwMfAz8wBAUZBBiAADM/A+DkAEAAA==";
const float32ByQform =
  "H4sIAAAAAAACA4thZCAKMDMwATELAyMUogIBBgUw3bAfSNgzMDgAMYMDkG+Pijc4Q2gwYGIYYADyBa/JGVvJ9Lr9Khu99zIwKDgyMCw4yMDwwXHp01/7blwQ3ze5SskWJP4z//TeSdbW9nJJHvsgahgYJCNm2s7Y8c8epB7d7DxtQyReAjAsHgCxBlBdAhD3APEKID4CxA+A+A8Q8zgxMEgBsQYQmwGxCxAHAXECEOcBcQ0QtwJxDxBPBuJZQLzQCQAv4IX1wAEAAA==";
const bigEndianScaled =
  "H4sIAAAAAAACA2NgYIxhIAYwMzABMQsDIxSiACYGBgEGhv0NDAz2QJ69AwODA4huQMXOGyDiRxpgmgYcMNmeMeHdX5cuudd7o4qjAgPDwQUMDI4fGBj2/Xq6dJ/4hRu2SlWTQeJ7T+f/tLe2nrTPI0kOpAYEbGdGSNr/2zEDpB4d5GkbwpiM0JBjZWBjYGfgYOBk4GLgZuBh4GXgY+AHhpsggxCDMIMIgyiDGIM4AOU8Es2QAQAA";
const affine = [
  [-0.4900332987308502, -0.14825761318206787, 0.039667677134275436, 10],
  [-0.09933466464281082, 0.7313777208328247, -0.19568678736686707, -20],
  [0, 0.07487506419420242, 1.9900083541870117, 30],
] as const;

const packed = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

async function unpacked(base64: string): Promise<Uint8Array> {
  const stream = new Blob([packed(base64) as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const whyOf = (bytes: Uint8Array): Promise<unknown> =>
  readNifti(bytes).then(
    () => "read",
    (fault: unknown) => (fault instanceof Fault ? fault.values.why : fault),
  );

test("nibabel's voxels lie where nibabel puts them, with x and y turned from RAS to LPS, by sform and by qform", async () => {
  for (const [file, places] of [
    [int16BySform, 6],
    [bigEndianScaled, 6],
    [float32ByQform, 3],
  ] as const) {
    const { grid } = await readNifti(packed(file));
    expect(grid.size).toEqual([2, 3, 4]);
    const at = toPatient(grid, voxelPoint(1, 2, 3));
    const ras = affine.map(([a, b, c, d]) => a + 2 * b + 3 * c + d) as [number, number, number];
    expect(at[0]).toBeCloseTo(-ras[0], places);
    expect(at[1]).toBeCloseTo(-ras[1], places);
    expect(at[2]).toBeCloseTo(ras[2], places);
  }
});

test("int16 stays int16, float32 float32, and scaled unsigned numbers become their values", async () => {
  const short = await readNifti(packed(int16BySform));
  expect(short.data).toBeInstanceOf(Int16Array);
  expect(Array.from(short.data)).toEqual(Array.from({ length: 24 }, (_, n) => n - 5));
  const float = await readNifti(packed(float32ByQform));
  expect(float.data).toBeInstanceOf(Float32Array);
  expect(Array.from(float.data)).toEqual(Array.from({ length: 24 }, (_, n) => 3.5 * n));
  const scaled = await readNifti(packed(bigEndianScaled));
  expect(scaled.data).toBeInstanceOf(Int16Array);
  expect(Array.from(scaled.data)).toEqual(Array.from({ length: 24 }, (_, n) => 2 * n - 1024));
});

test("packed and plain bytes are the same volume", async () => {
  expect(await readNifti(await unpacked(int16BySform))).toEqual(await readNifti(packed(int16BySform)));
});

test("what cannot be read is told apart by a reason", async () => {
  const good = await unpacked(int16BySform);
  const spoilt = (offset: number, ...bytes: number[]): Uint8Array => {
    const copy = good.slice();
    copy.set(bytes, offset);
    return copy;
  };
  expect(await whyOf(new Uint8Array(0))).toBe("too-short");
  expect(await whyOf(new TextEncoder().encode("x".repeat(400)))).toBe("not-nifti");
  expect(await whyOf(good.subarray(0, good.length - 1))).toBe("too-short");
  expect(await whyOf(packed(int16BySform).subarray(0, 120))).toBe("too-short");
  expect(await whyOf(spoilt(344, 110, 105))).toBe("not-single-file");
  expect(await whyOf(spoilt(40, 2))).toBe("not-three-dimensional");
  expect(await whyOf(spoilt(70, 128))).toBe("datatype");
  expect(await whyOf(spoilt(252, 0, 0, 0, 0))).toBe("no-place");
  expect(await whyOf(spoilt(280, 0, 0, 0, 0, 0, 0, 0, 65))).toBe("place");
  expect(await whyOf(spoilt(42, 0, 0))).toBe("place");
  expect(await whyOf(spoilt(123, 7))).toBe("unit");
});
