import type { Volume } from "./volume.ts";

/**
 * A CT as MetaImage: the text of its .mhd and the bytes of the voxel file that it names. Every place is written to the last digit, so that
 * readMetaImage gives back the same volume.
 * @param voxelFile name of the voxel file, in the folder of the .mhd
 */
export function writeMetaImage({ grid, data }: Volume, voxelFile: string): { header: string; voxels: Uint8Array } {
  const fields = [
    ["ObjectType", "Image"],
    ["NDims", 3],
    ["BinaryData", "True"],
    ["BinaryDataByteOrderMSB", "False"],
    ["CompressedData", "False"],
    ["TransformMatrix", grid.directions.flat().join(" ")],
    ["Offset", grid.origin.join(" ")],
    ["ElementSpacing", grid.spacingMm.join(" ")],
    ["DimSize", grid.size.join(" ")],
    ["ElementType", "MET_SHORT"],
    ["ElementDataFile", voxelFile],
  ];
  const voxels = new Uint8Array(2 * data.length);
  const view = new DataView(voxels.buffer);
  for (const [n, hu] of data.entries()) view.setInt16(2 * n, hu, true);
  return { header: fields.map(([key, value]) => `${key} = ${value}\n`).join(""), voxels };
}
