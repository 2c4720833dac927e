// One real nodule in its own lung, scanned again and again by a simulated scanner.
import { measureOutline } from "../../src/analyses/lung-nodule/measure.ts";
import { outlineAt } from "../../src/analyses/lung-nodule/outline.ts";
import type { SeededRandom } from "../../src/base/seeded-random.ts";
import { axialGrid, toPatient, toVoxel } from "../../src/volume/grid.ts";
import { addNoise, blurSlices, type Kernel } from "../../src/volume/phantom/scanner.ts";
import { sampleLinear } from "../../src/volume/resample.ts";
import { type PatientPoint, patientPoint, voxelPoint } from "../../src/volume/space.ts";
import { type Volume, volume } from "../../src/volume/volume.ts";

/** What stays the same from one scan of a person to the next. */
export interface Protocol {
  readonly sliceMm: number;
  readonly pixelMm: number;
}

export interface Measured {
  readonly volumeMm3: number;
  readonly meanDiameterMm: number;
}

const similarHu = 60;
const beyondMm = 6;

/** The scan without most of its own noise, which both simulated scans would share: the mean of the neighbours that are alike (a sigma filter). */
export function quietened({ grid, data }: Volume): Volume {
  const [ni, nj, nk] = grid.size;
  const quiet = new Int16Array(data.length);
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++) {
        const own = data[i + ni * (j + nj * k)]!;
        let [sum, count] = [0, 0];
        for (let z = Math.max(0, k - 1); z <= Math.min(nk - 1, k + 1); z++)
          for (let y = Math.max(0, j - 1); y <= Math.min(nj - 1, j + 1); y++)
            for (let x = Math.max(0, i - 1); x <= Math.min(ni - 1, i + 1); x++) {
              const hu = data[x + ni * (y + nj * z)]!;
              if (Math.abs(hu - own) > similarHu) continue;
              sum += hu;
              count++;
            }
        quiet[i + ni * (j + nj * k)] = Math.round(sum / count);
      }
  return { grid, data: quiet };
}

/**
 * The nodule as one more scan measures it: grown by a factor about its centre, lying elsewhere by parts of a voxel and turned by up to 5°, lung of another
 * density (breath), another kernel in a quarter of scans, noise of its own, and looked for up to 1 mm from its centre. Null: not measured.
 */
export function measuredAgain(
  quiet: Volume,
  center: PatientPoint,
  grownBy: number,
  protocol: Protocol,
  random: SeededRandom,
): Measured | null {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const { sliceMm, pixelMm } = protocol;
  const { size, spacingMm } = quiet.grid;
  // Beyond the crop its border goes on: a crop has as little as one slice of lung at its ends.
  const count = ([0, 1, 2] as const).map((axis) =>
    Math.ceil((size[axis] * spacingMm[axis] + 2 * beyondMm) / [pixelMm, pixelMm, sliceMm][axis]!),
  );
  const [ni, nj, nk] = count as [number, number, number];
  const middle = toPatient(quiet.grid, voxelPoint((size[0] - 1) / 2, (size[1] - 1) / 2, (size[2] - 1) / 2));
  const shift = [between(-0.5, 0.5) * pixelMm, between(-0.5, 0.5) * pixelMm, between(-0.5, 0.5) * sliceMm] as const;
  const origin = patientPoint(
    middle[0] - ((ni - 1) / 2) * pixelMm + shift[0],
    middle[1] - ((nj - 1) / 2) * pixelMm + shift[1],
    middle[2] - ((nk - 1) / 2) * sliceMm + shift[2],
  );
  const grid = axialGrid([ni, nj, nk], [pixelMm, pixelMm, sliceMm], origin);
  const turn = rotation(between(-5, 5), between(-5, 5), between(-5, 5));
  const lungDensity = between(0.9, 1.1);
  const scan = volume(grid, new Int16Array(ni * nj * nk));
  const across = Math.max(1, Math.round(sliceMm / spacingMm[2]));
  for (let index = 0; index < scan.data.length; index++) {
    const p = toPatient(grid, voxelPoint(index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj))));
    let hu = 0;
    for (let part = 0; part < across; part++) {
      const z = p[2] + ((part + 0.5) / across - 0.5) * sliceMm;
      const d = [p[0] - center[0], p[1] - center[1], z - center[2]];
      const from = turn.map((row, axis) => center[axis as 0 | 1 | 2] + (row[0]! * d[0]! + row[1]! * d[1]! + row[2]! * d[2]!) / grownBy);
      hu += sampleLinear(quiet, inside(quiet, toVoxel(quiet.grid, patientPoint(from[0]!, from[1]!, from[2]!)))) / across;
    }
    const aerated = Math.min(1, Math.max(0, (-500 - hu) / 300));
    scan.data[index] = Math.round(hu + (lungDensity - 1) * (hu + 1000) * aerated);
  }
  const kernel: Kernel = random.uniform() < 0.25 ? "sharp" : "soft";
  blurSlices(scan, kernel);
  addNoise(scan, (kernel === "sharp" ? 2 : 1) * between(12, 35), kernel, random);
  const seed = patientPoint(center[0] + between(-1, 1), center[1] + between(-1, 1), center[2] + between(-1, 1));
  const outline = outlineAt(scan, null, seed);
  if (outline.kind === "not-measurable") return null;
  const { volumeMm3, planes } = measureOutline(outline);
  return planes.length === 0 ? null : { volumeMm3, meanDiameterMm: Math.max(...planes.map((plane) => plane.meanDiameterMm)) };
}

const inside = ({ grid }: Volume, [i, j, k]: readonly [number, number, number]) =>
  voxelPoint(
    Math.min(grid.size[0] - 1, Math.max(0, i)),
    Math.min(grid.size[1] - 1, Math.max(0, j)),
    Math.min(grid.size[2] - 1, Math.max(0, k)),
  );

function rotation(...degrees: readonly [number, number, number]): number[][] {
  const [a, b, c] = degrees.map((angle) => (angle * Math.PI) / 180) as [number, number, number];
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)];
  return [
    [cb * cc, -cb * sc, sb],
    [ca * sc + sa * sb * cc, ca * cc - sa * sb * sc, -sa * cb],
    [sa * sc - ca * sb * cc, sa * cc + ca * sb * sc, ca * cb],
  ];
}
