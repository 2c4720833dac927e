import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { toPatient } from "./grid.ts";
import { metaImageDataFile, readMetaImage } from "./metaimage.ts";
import { voxelPoint } from "./space.ts";

const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));

const header = (file: string, ...more: readonly string[]): Uint8Array =>
  text([
    "ObjectType = Image",
    "NDims = 3",
    "BinaryData = True",
    ...more,
    "TransformMatrix = 0 1 0 -1 0 0 0 0 1",
    "Offset = -10 20.5 -300",
    "ElementSpacing = 0.5 0.75 2",
    "DimSize = 2 3 4",
    "ElementType = MET_SHORT",
    `ElementDataFile = ${file}`,
  ]);

const values = Array.from({ length: 24 }, (_, n) => 100 * n - 1000);

function voxels(littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(48));
  values.forEach((value, n) => {
    view.setInt16(2 * n, value, littleEndian);
  });
  return new Uint8Array(view.buffer);
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

async function zlib(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
}

const whyOf = (reading: Promise<unknown>): Promise<unknown> =>
  reading.then(
    () => "read",
    (fault: unknown) => (fault instanceof Fault ? fault.values.why : fault),
  );

test("one file, header and voxel file, big-endian and compressed ones hold the same volume", async () => {
  const big = "BinaryDataByteOrderMSB = True";
  const packed = "CompressedData = True";
  const read = [
    await readMetaImage(joined(header("LOCAL"), voxels(true))),
    await readMetaImage(header("scan.raw"), voxels(true)),
    await readMetaImage(header("scan.raw", big), voxels(false)),
    await readMetaImage(joined(header("LOCAL", packed), await zlib(voxels(true)))),
    await readMetaImage(header("scan.zraw", packed, big), await zlib(voxels(false))),
    await readMetaImage(header("scan.raw", "HeaderSize = 5"), joined(new Uint8Array(5), voxels(true))),
    await readMetaImage(header("scan.raw", "HeaderSize = -1"), joined(new Uint8Array(9), voxels(true))),
  ];
  for (const volume of read) {
    expect(volume.data).toBeInstanceOf(Int16Array);
    expect(Array.from(volume.data)).toEqual(values);
  }
  expect(metaImageDataFile(header("scan.raw"))).toBe("scan.raw");
  expect(metaImageDataFile(header("Local"))).toBe("LOCAL");
});

test("the matrix lists the directions of i, j and k in LPS", async () => {
  const { grid } = await readMetaImage(header("scan.raw"), voxels(true));
  expect(toPatient(grid, voxelPoint(1, 2, 3))).toEqual([-10 - 1.5, 20.5 + 0.5, -300 + 6]);
});

test("what cannot be read is told apart by a reason", async () => {
  const bytes = voxels(true);
  expect(await whyOf(readMetaImage(new TextEncoder().encode("no header")))).toBe("not-metaimage");
  expect(await whyOf(readMetaImage(new Uint8Array(0)))).toBe("not-metaimage");
  expect(await whyOf(readMetaImage(header("scan.raw")))).toBe("voxel-file");
  expect(await whyOf(readMetaImage(header("LIST"), bytes))).toBe("voxel-file");
  expect(await whyOf(readMetaImage(header("scan.raw"), bytes.subarray(0, 47)))).toBe("too-short");
  expect(await whyOf(readMetaImage(header("scan.raw", "CompressedData = True"), (await zlib(bytes)).subarray(0, 20)))).toBe("too-short");
  expect(await whyOf(readMetaImage(header("scan.raw", "ElementNumberOfChannels = 3"), bytes))).toBe("channels");
  const without = (start: string, instead: string): Uint8Array =>
    text(
      new TextDecoder()
        .decode(header("scan.raw"))
        .trim()
        .split("\n")
        .map((line) => (line.startsWith(start) ? instead : line)),
    );
  expect(await whyOf(readMetaImage(without("ElementSpacing", "Comment = x"), bytes))).toBe("place");
  expect(await whyOf(readMetaImage(without("ElementSpacing", "ElementSpacing = 0 1 1"), bytes))).toBe("place");
  expect(await whyOf(readMetaImage(without("TransformMatrix", "TransformMatrix = 1 1 0 0 1 0 0 0 1"), bytes))).toBe("place");
  expect(await whyOf(readMetaImage(without("NDims", "NDims = 2"), bytes))).toBe("not-three-dimensional");
  expect(await whyOf(readMetaImage(without("ElementType", "ElementType = MET_OTHER"), bytes))).toBe("element-type");
});
