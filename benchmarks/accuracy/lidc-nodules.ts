import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type NodulePatch, nodulePatch } from "../../src/evaluation/nodule-patch.ts";
import { readNifti } from "../../src/volume/nifti.ts";
import type { Mask, Volume } from "../../src/volume/volume.ts";

/** One row of lidc-nodules/nodules.csv. */
export interface NoduleRow {
  readonly file: string;
  readonly patientId: string;
  readonly split: "train" | "validation";
  readonly readers: number;
  readonly diameterMm: number;
  /** Median of the readers: 1 non-solid … 5 solid. */
  readonly texture: number;
}

/** @throws Error when the table lacks a column or holds a row that cannot be read */
export async function readNoduleTable(folder: string): Promise<NoduleRow[]> {
  const [header, ...lines] = (await readFile(join(folder, "nodules.csv"), "utf8")).trim().split(/\r?\n/);
  const columns = header!.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    const cell = (name: string): string => {
      const value = cells[columns.indexOf(name)];
      if (value === undefined || value === "") throw new Error(`nodules.csv: no ${name} in "${line}"`);
      return value;
    };
    const split = cell("split");
    if (split !== "train" && split !== "validation") throw new Error(`nodules.csv: split is ${split}`);
    return {
      file: cell("file"),
      patientId: cell("patient_id"),
      split,
      readers: Number(cell("readers")),
      diameterMm: Number(cell("consensus_diameter_mm")),
      texture: Number(cell("median_texture")),
    };
  });
}

export async function loadNodule(folder: string, row: NoduleRow): Promise<NodulePatch> {
  const read = async (part: string): Promise<Volume<Int16Array | Uint8Array>> =>
    (await readNifti(await readFile(join(folder, part, row.file)))) as Volume<Int16Array | Uint8Array>;
  const image = await read("images");
  const agreement = await read("agreement");
  const patch = { grid: image.grid, data: Int16Array.from(image.data) } satisfies Volume;
  return nodulePatch({
    patch,
    agreement: { grid: agreement.grid, data: Uint8Array.from(agreement.data) } satisfies Mask,
    readers: row.readers,
  });
}
