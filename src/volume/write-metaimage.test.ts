import { expect, test } from "vitest";
import { grid } from "./grid.ts";
import { readMetaImage } from "./metaimage.ts";
import { patientPoint } from "./space.ts";
import { volume } from "./volume.ts";
import { writeMetaImage } from "./write-metaimage.ts";

test("what is written is read again as the same volume, to the last digit of its place", async () => {
  const [cos, sin] = [Math.cos(0.3), Math.sin(0.3)];
  const written = volume(
    grid({
      size: [2, 3, 4],
      spacingMm: [1 / 3, 0.7, 2.5],
      origin: patientPoint(-100 / 7, 20.5, -300),
      directions: [
        [cos, sin, 0],
        [-sin, cos, 0],
        [0, 0, 1],
      ],
    }),
    Int16Array.from({ length: 24 }, (_, n) => 2700 * n - 32000),
  );
  const { header, voxels } = writeMetaImage(written, "scan.raw");
  expect(header).toContain("ElementDataFile = scan.raw\n");
  const read = await readMetaImage(new TextEncoder().encode(header), voxels);
  expect(read.grid).toEqual(written.grid);
  expect([...read.data]).toEqual([...written.data]);
});
