// Outlines of real nodules against the consensus of their readers (lidc-nodules).
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { measureOutline, type NoduleMeasurement } from "../../src/analyses/lung-nodule/measure.ts";
import { type Outline, outlineAt } from "../../src/analyses/lung-nodule/outline.ts";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { median } from "../../src/base/stats.ts";
import { percentileInterval, resampledCounts } from "../../src/evaluation/bootstrap.ts";
import { toPatient, toVoxel } from "../../src/volume/grid.ts";
import { readNifti } from "../../src/volume/nifti.ts";
import { type PatientPoint, patientPoint, voxelPoint } from "../../src/volume/space.ts";
import type { Volume, VoxelData } from "../../src/volume/volume.ts";

export interface NoduleCase {
  readonly file: string;
  readonly patientId: string;
  readonly center: PatientPoint;
  readonly readers: number;
  readonly diameterMm: number;
  readonly texture: number;
  readonly sliceSpacingMm: number;
}

export interface NoduleScore {
  readonly one: NoduleCase;
  readonly outline: Outline;
  readonly figures: NoduleMeasurement;
  readonly dice: number;
  /** Diameter of the ball of the outline's volume, less the readers'. */
  readonly diameterErrorMm: number;
  readonly milliseconds: number;
  readonly image: Volume;
  readonly consensus: Uint8Array;
}

/** Nodules of these patients that have at least one slice of background at both ends. */
export async function noduleCases(folder: string, patients: ReadonlySet<string>): Promise<NoduleCase[]> {
  const [header, ...lines] = (await readFile(join(folder, "nodules.csv"), "utf8")).trim().split(/\r?\n/);
  const columns = header!.split(",");
  const cases: NoduleCase[] = [];
  for (const line of lines) {
    const cells = line.split(",");
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    const number = (name: string): number => Number(cell(name));
    if (!patients.has(cell("patient_id")) || number("slices_below") < 1 || number("slices_above") < 1) continue;
    cases.push({
      file: cell("file"),
      patientId: cell("patient_id"),
      center: patientPoint(number("center_x_mm"), number("center_y_mm"), number("center_z_mm")),
      readers: number("readers"),
      diameterMm: number("consensus_diameter_mm"),
      texture: number("median_texture"),
      sliceSpacingMm: number("spacing_z_mm"),
    });
  }
  return cases;
}

/** One nodule outlined from the readers' centre, or the code of why not. */
export async function scoreNodule(folder: string, one: NoduleCase): Promise<NoduleScore | string> {
  const read = async (part: string): Promise<Volume<VoxelData>> => readNifti(await readFile(join(folder, part, one.file)));
  const stored = await read("images");
  const image: Volume = { grid: stored.grid, data: Int16Array.from(stored.data) };
  const consensus = Uint8Array.from((await read("agreement")).data, (count) => (count >= one.readers / 2 ? 1 : 0));
  const start = performance.now();
  const outline = outlineAt(image, null, one.center);
  if (outline.kind !== "outline") return outline.because.code;
  const figures = measureOutline(outline);
  const milliseconds = performance.now() - start;
  const dice = diceOf(outline, image, consensus);
  return { one, outline, figures, dice, diameterErrorMm: figures.equivalentDiameterMm - one.diameterMm, milliseconds, image, consensus };
}

/** Dice on the voxels of the scan: a voxel is outlined when its centre is. */
function diceOf({ mask }: Outline, { grid }: Volume, consensus: Uint8Array): number {
  const [ni, nj] = grid.size;
  const n = mask.grid.size[0];
  let [both, sum] = [0, 0];
  for (let index = 0; index < consensus.length; index++) {
    const point = toPatient(grid, voxelPoint(index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj))));
    const [i, j, k] = toVoxel(mask.grid, point).map(Math.round) as [number, number, number];
    const inBox = i >= 0 && j >= 0 && k >= 0 && i < n && j < n && k < n;
    const inside = inBox ? mask.data[i + n * (j + n * k)]! : 0;
    both += inside & consensus[index]!;
    sum += inside + consensus[index]!;
  }
  return (2 * both) / sum;
}

const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;

/** Median with its 95 % interval, patients resampled (a patient's nodules stay together). */
export function medianWithInterval(scores: readonly NoduleScore[], figure: (score: NoduleScore) => number) {
  const patients = [...new Set(scores.map(({ one }) => one.patientId))];
  const byPatient = patients.map((patient) => scores.filter(({ one }) => one.patientId === patient).map(figure));
  const random = seededRandom(11);
  const medians = Array.from({ length: 2000 }, () => {
    const counts = resampledCounts(patients.length, random);
    return median(byPatient.flatMap((values, at) => Array.from({ length: counts[at]! }, () => values).flat()));
  });
  const { low, high } = percentileInterval(medians);
  return { median: round(median(scores.map(figure)), 3), low: round(low, 3), high: round(high, 3) };
}

/** The figures of one group of nodules. */
export function summaryOf(scores: readonly NoduleScore[]) {
  if (scores.length === 0) return { nodules: 0 };
  return {
    nodules: scores.length,
    patients: new Set(scores.map(({ one }) => one.patientId)).size,
    dice: medianWithInterval(scores, ({ dice }) => dice),
    meanDice: round(scores.reduce((sum, { dice }) => sum + dice, 0) / scores.length, 3),
    diceBelowHalf: scores.filter(({ dice }) => dice < 0.5).length,
    diameterErrorMm: medianWithInterval(scores, ({ diameterErrorMm }) => diameterErrorMm),
    absoluteDiameterErrorMm: medianWithInterval(scores, ({ diameterErrorMm }) => Math.abs(diameterErrorMm)),
  };
}
