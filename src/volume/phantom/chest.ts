import { type SeededRandom, seededRandom } from "../../base/seeded-random.ts";
import { allocateInt16, allocateUint8 } from "../allocate.ts";
import { axialGrid, type Grid, voxelCount, voxelVolumeMm3 } from "../grid.ts";
import { patientPoint, type Vector3 } from "../space.ts";
import type { Mask, Volume } from "../volume.ts";
import { type CoronaryRod, drawCoronaries } from "./coronaries.ts";
import { drawBody, tissueHu } from "./draw-body.ts";
import { drawBones } from "./draw-bones.ts";
import { drawParenchyma, drawTrees, growLung, type LungTrees } from "./draw-lungs.ts";
import { clearMainAirways, drawMediastinum } from "./draw-mediastinum.ts";
import { drawNodule, type NoduleSpec, type NoduleTruth, placeNodules } from "./nodules.ts";
import { addNoise, blurSlices, type Kernel, thickenSlices } from "./scanner.ts";
import { thorax } from "./thorax.ts";

export interface ChestOptions {
  /** 32-bit; the same seed and options give the same voxels. */
  readonly seed: number;
  readonly spacingMm: Vector3;
  /** Voxels; as many as a field of 358 × 358 × 312 mm takes when left out. */
  readonly size?: Vector3;
  /** Not below the slice spacing; the same as it when left out. */
  readonly sliceThicknessMm?: number;
  /** Standard deviation of the noise in the middle of the body; 0 for none. */
  readonly noiseHu: number;
  readonly kernel: Kernel;
  /** In the order they are placed; left out: a list for seeing every kind. */
  readonly nodules?: readonly NoduleSpec[];
  /** Moves the grid (not the patient), for copies shifted by parts of a voxel. */
  readonly originShiftMm?: Vector3;
  /** False: lungs without vessels, airways and texture. */
  readonly vessels?: boolean;
  /** HU put outside the circle of the field of view, as scanners pad; left out: none. */
  readonly paddingHu?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (fraction: number) => void;
}

/** What is known of the phantom. All places are LPS mm. */
export interface PhantomTruth {
  readonly seed: number;
  readonly kernel: Kernel;
  readonly noiseHu: number;
  readonly spacingMm: Vector3;
  readonly sliceThicknessMm: number;
  /** Voxels whose centre lies inside each lung, vessels, airways of the lung and nodules included. */
  readonly lungsMl: { readonly right: number; readonly left: number };
  readonly carinaMm: Vector3;
  readonly nodules: readonly NoduleTruth[];
  readonly coronaryRods: readonly CoronaryRod[];
}

export interface ChestPhantom {
  readonly volume: Volume;
  readonly truth: PhantomTruth;
  /** 1 right, 2 left. */
  readonly truthLungs: Mask;
}

export const everyKind: readonly NoduleSpec[] = [
  { diameterMm: 8, texture: "solid", side: "right" },
  { diameterMm: 14, texture: "solid", attachment: "pleura", side: "left" },
  { diameterMm: 15, coreDiameterMm: 6, texture: "part-solid", side: "right" },
  { diameterMm: 12, texture: "non-solid", side: "left" },
  { diameterMm: 5, texture: "calcified", side: "right" },
  { diameterMm: 4, texture: "solid", side: "left" },
  { diameterMm: 6, texture: "solid", attachment: "vessel", side: "left" },
  { diameterMm: 20, texture: "solid", side: "right" },
];

/**
 * A CT of a chest made from analytic shapes: body, bones, heart and great vessels, lungs with branching airways and vessels, nodules
 * and calcified coronary rods of known place, size and density, seen through a scanner's point spread and noise. HU, axial LPS grid.
 * @throws RangeError for a grid or a slice thickness that cannot be; the signal's reason when it aborts
 */
export async function chestPhantom(options: ChestOptions): Promise<ChestPhantom> {
  const { seed, kernel, noiseHu, signal } = options;
  const stage = stages(signal, options.progress);
  const grid = chestGrid(options);
  const sliceThicknessMm = options.sliceThicknessMm ?? grid.spacingMm[2];
  if (!(sliceThicknessMm >= grid.spacingMm[2]))
    throw new RangeError(`sliceThicknessMm must not be below the spacing, got ${sliceThicknessMm}`);
  if (!(noiseHu >= 0 && noiseHu < 500)) throw new RangeError(`noiseHu must be in 0 … 500, got ${noiseHu}`);
  const volume: Volume = { grid, data: allocateInt16(voxelCount(grid)).fill(tissueHu.air) };
  const truthLungs: Mask = { grid, data: allocateUint8(voxelCount(grid)) };
  const labels = truthLungs.data;
  const chest = thorax(stream(seed, 1));

  await stage(0.02);
  drawBody(volume, chest);
  await stage(0.18);
  drawMediastinum(volume, chest);
  drawBones(volume, chest);
  const coronaryRods = drawCoronaries(volume, chest, stream(seed, 2));
  await stage(0.3);
  drawParenchyma(volume, labels, chest, options.vessels === false ? null : stream(seed, 3));
  await stage(0.45);
  const grown: LungTrees[] =
    options.vessels === false ? [] : ([-1, 1] as const).map((side) => growLung(chest, side, stream(seed, 5 + side)));
  const { placed, trees } = placeNodules(options.nodules ?? everyKind, chest, grown, rangeOf(grid), stream(seed, 8));
  for (const tree of trees) drawTrees(volume, labels, tree);
  clearMainAirways(volume);
  await stage(0.6);
  const nodules = placed.map((nodule) => drawNodule(volume, chest, nodule));
  blurSlices(volume, kernel);
  thickenSlices(volume, sliceThicknessMm);
  await stage(0.85);
  addNoise(volume, noiseHu, kernel, stream(seed, 9));
  if (options.paddingHu !== undefined) padOutsideCircle(volume, options.paddingHu);
  await stage(1);
  const truth: PhantomTruth = {
    seed,
    kernel,
    noiseHu,
    spacingMm: grid.spacingMm,
    sliceThicknessMm,
    lungsMl: lungsMl(truthLungs),
    carinaMm: [1, 19, 2],
    nodules,
    coronaryRods,
  };
  return { volume, truth, truthLungs };
}

/** Reports where the work stands, lets other events (an abort) in, and stops when asked to. */
function stages(signal: AbortSignal | undefined, progress: ((fraction: number) => void) | undefined): (fraction: number) => Promise<void> {
  return async (fraction) => {
    progress?.(fraction);
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
  };
}

const fieldMm = 358;
const lengthMm = 312;

function chestGrid({ spacingMm, size, originShiftMm = [0, 0, 0] }: ChestOptions): Grid {
  const voxels = size ?? ([fieldMm, fieldMm, lengthMm].map((mm, axis) => Math.ceil(mm / spacingMm[axis]!)) as unknown as Vector3);
  const first = (middleMm: number, axis: 0 | 1 | 2): number => middleMm - ((voxels[axis] - 1) / 2) * spacingMm[axis] + originShiftMm[axis];
  return axialGrid(voxels, spacingMm, patientPoint(first(0, 0), first(12, 1), first(-53, 2)));
}

/** An own stream of random numbers for each part, so that changing one part leaves the others as they are. */
const stream = (seed: number, part: number): SeededRandom =>
  seededRandom((Math.imul(seed, 0x9e3779b1) + Math.imul(part, 0x85ebca6b)) >>> 0);

const rangeOf = (grid: Grid): readonly [number, number] => [grid.origin[2], grid.origin[2] + (grid.size[2] - 1) * grid.spacingMm[2]];

function lungsMl({ grid, data }: Mask): { right: number; left: number } {
  let [right, left] = [0, 0];
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 1) right++;
    else if (data[at] === 2) left++;
  }
  const voxelMl = voxelVolumeMm3(grid) / 1000;
  return { right: right * voxelMl, left: left * voxelMl };
}

function padOutsideCircle({ grid, data }: Volume, hu: number): void {
  const [width, height, slices] = grid.size;
  const [ci, cj] = [(width - 1) / 2, (height - 1) / 2];
  const radius = Math.min(width, height) / 2;
  for (let j = 0; j < height; j++) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - (j - cj) ** 2));
    const from = Math.max(0, Math.ceil(ci - half));
    const to = Math.min(width, Math.floor(ci + half) + 1);
    for (let k = 0; k < slices; k++) {
      const row = width * (j + height * k);
      data.fill(hu, row, row + (half === 0 ? width : from));
      data.fill(hu, row + to, row + width);
    }
  }
}
