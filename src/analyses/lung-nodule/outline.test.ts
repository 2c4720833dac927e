import { expect, test } from "vitest";
import { seededRandom } from "../../base/seeded-random.ts";
import { axialGrid, type Grid, toPatient, voxelCount } from "../../volume/grid.ts";
import { addBall, addTube } from "../../volume/phantom/ball.ts";
import { type PatientPoint, patientPoint, type Vector3, voxelPoint } from "../../volume/space.ts";
import type { Mask, Volume } from "../../volume/volume.ts";
import { measureOutline } from "./measure.ts";
import { type Outline, outlineAt } from "./outline.ts";

const lungHu = -860;
const ballVolume = (diameterMm: number): number => (Math.PI * diameterMm ** 3) / 6;

/** A piece of lung of about 4.5 cm, its middle voxel at (0, 0, 0). */
function lung(spacingMm: Vector3 = [0.7, 0.7, 1]): Volume {
  const size = spacingMm.map((mm) => 2 * Math.ceil(23 / mm) + 1) as unknown as Vector3;
  const origin = patientPoint(...(size.map((count, axis) => (-(count - 1) / 2) * spacingMm[axis]!) as [number, number, number]));
  const grid = axialGrid(size, spacingMm, origin);
  return { grid, data: new Int16Array(voxelCount(grid)).fill(lungHu) };
}

function addNoise({ data }: Volume, noiseHu: number): void {
  const random = seededRandom(7);
  for (let index = 0; index < data.length; index++) data[index] = Math.round(data[index]! + noiseHu * random.normal());
}

const solidBall = (volume: Volume, center: PatientPoint, diameterMm: number, hu = 20): number =>
  addBall(volume, { centerMm: center, diameterMm, hu, blurMm: 0.6 });

function outlined(volume: Volume, seed: PatientPoint, lungs: Mask | null = null): Outline {
  const outline = outlineAt(volume, lungs === null ? null : { labels: lungs }, seed);
  if (outline.kind !== "outline") throw new Error(outline.because.code);
  return outline;
}

const middle = patientPoint(0, 0, 0);

test.each([5, 8, 14, 20])(
  "a noisy ball of %d mm off the voxel centres is measured within .5 mm, its volume within a tenth",
  (diameterMm) => {
    const volume = lung();
    const center = patientPoint(0.3, -0.2, 0.45);
    solidBall(volume, center, diameterMm);
    addNoise(volume, 25);
    const outline = outlined(volume, center);
    expect(Math.abs(outline.volumeMm3 / ballVolume(diameterMm) - 1)).toBeLessThan(0.1);
    const { planes, texture } = measureOutline(outline);
    expect(planes.map(({ plane }) => plane)).toEqual(["axial", "coronal", "sagittal"]);
    for (const { longAxisMm, shortAxisMm, meanDiameterMm } of planes) {
      expect(Math.abs(meanDiameterMm - diameterMm)).toBeLessThan(0.5);
      expect(longAxisMm).toBeGreaterThanOrEqual(shortAxisMm);
    }
    expect(texture).toBe("solid");
  },
);

test("a seed 3 mm away changes the volume by less than 5 %", () => {
  const volume = lung();
  solidBall(volume, middle, 8);
  addNoise(volume, 20);
  const { volumeMm3 } = outlined(volume, middle);
  for (const seed of [patientPoint(3, 0, 0), patientPoint(-1.7, 1.7, -1.7), patientPoint(0, 0, -3)]) {
    expect(Math.abs(outlined(volume, seed).volumeMm3 / volumeMm3 - 1)).toBeLessThan(0.05);
  }
});

test("ground glass of 10 mm is outlined whole and called non-solid", () => {
  const volume = lung();
  solidBall(volume, middle, 10, -600);
  addNoise(volume, 25);
  const outline = outlined(volume, middle);
  expect(Math.abs(outline.volumeMm3 / ballVolume(10) - 1)).toBeLessThan(0.1);
  expect(measureOutline(outline).texture).toBe("non-solid");
});

test("a solid core within ground glass is part-solid, measured to the edge of the ground glass", () => {
  const volume = lung();
  solidBall(volume, middle, 16, -600);
  solidBall(volume, middle, 7, 20);
  addNoise(volume, 20);
  const outline = outlined(volume, middle);
  expect(Math.abs(outline.volumeMm3 / ballVolume(16) - 1)).toBeLessThan(0.15);
  expect(measureOutline(outline).texture).toBe("part-solid");
});

test("a vessel of 3 mm is cut off a ball of 8 mm", () => {
  const volume = lung();
  addTube(volume, { fromMm: middle, toMm: patientPoint(10, -18, 8), diameterMm: 3, hu: 20 });
  addBall(volume, { centerMm: middle, diameterMm: 8, hu: 20 });
  const outline = outlined(volume, middle);
  expect(Math.abs(outline.volumeMm3 / ballVolume(8) - 1)).toBeLessThan(0.1);
});

test("a body of 33 mm is a mass", () => {
  const volume = lung();
  solidBall(volume, middle, 33);
  const outline = outlined(volume, patientPoint(3, 2, 0));
  expect(Math.abs(outline.volumeMm3 / ballVolume(33) - 1)).toBeLessThan(0.03);
  expect(measureOutline(outline).kind).toBe("mass");
});

test("flipped and swapped axes of the volume change nothing", () => {
  const volume = lung();
  const center = patientPoint(0.3, 1.2, -0.4);
  solidBall(volume, center, 7);
  addNoise(volume, 25);
  const straight = outlined(volume, center);
  const turned = outlined(turn(volume), center);
  expect(turned.volumeMm3).toBeCloseTo(straight.volumeMm3, 3);
  expect(measureOutline(turned).planes.map(({ longAxisMm }) => longAxisMm.toFixed(3))).toEqual(
    measureOutline(straight).planes.map(({ longAxisMm }) => longAxisMm.toFixed(3)),
  );
});

/** The same voxels, stored with k as the first axis and i running the other way. */
function turn({ grid, data }: Volume): Volume {
  const [ni, nj, nk] = grid.size;
  const turnedGrid: Grid = {
    size: [nk, nj, ni],
    spacingMm: [grid.spacingMm[2], grid.spacingMm[1], grid.spacingMm[0]],
    origin: toPatient(grid, voxelPoint(ni - 1, 0, 0)),
    directions: [
      [0, 0, 1],
      [0, 1, 0],
      [-1, 0, 0],
    ],
  };
  const out = new Int16Array(data.length);
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++) out[k + nk * (j + nj * (ni - 1 - i))] = data[i + ni * (j + nj * k)]!;
    }
  }
  return { grid: turnedGrid, data: out };
}

test("tissue more than 3 mm outside the lungs is not outlined", () => {
  const volume = lung();
  solidBall(volume, middle, 8);
  const labels: Mask = { grid: volume.grid, data: new Uint8Array(volume.data.length) };
  const [ni, nj] = volume.grid.size;
  for (let index = 0; index < labels.data.length; index++) {
    const x = toPatient(volume.grid, voxelPoint(index % ni, Math.floor(index / ni) % nj, 0))[0];
    labels.data[index] = x < -9 ? 1 : 0;
  }
  expect(outlineAt(volume, { labels }, middle).kind).toBe("not-measurable");
});

test("where nothing stands out of the lung nothing is measured, and the reason says so", () => {
  const volume = lung();
  addNoise(volume, 20);
  const outline = outlineAt(volume, null, middle);
  expect(outline).toMatchObject({ kind: "not-measurable", because: { code: "nodule.nothing-here" } });
});

test("a body cut by the end of the scan, one on a single slice and a point outside the scan are not measured", () => {
  const cut = lung();
  const end = patientPoint(0, 0, toPatient(cut.grid, voxelPoint(0, 0, 0))[2] + 1);
  solidBall(cut, end, 10);
  expect(outlineAt(cut, null, end)).toMatchObject({ because: { code: "nodule.cut-by-volume-edge" } });
  const thick = lung([0.7, 0.7, 4]);
  solidBall(thick, middle, 4);
  expect(outlineAt(thick, null, middle)).toMatchObject({ because: { code: "nodule.one-slice" } });
  expect(outlineAt(thick, null, patientPoint(500, 0, 0))).toMatchObject({ because: { code: "nodule.outside-volume" } });
});

test("soft tissue without any lung is not measured", () => {
  const volume = lung();
  volume.data.fill(40);
  expect(outlineAt(volume, null, middle)).toMatchObject({ kind: "not-measurable", because: { code: "nodule.no-lung-around" } });
});

test("slices more than 1.5 mm apart flag the volume", () => {
  const volume = lung([0.7, 0.7, 2.5]);
  solidBall(volume, middle, 12);
  const { flags } = measureOutline(outlined(volume, middle));
  expect(flags.map(({ code }) => code)).toEqual(["nodule.thick-slices-volume"]);
  const thin = lung();
  solidBall(thin, middle, 12);
  expect(measureOutline(outlined(thin, middle)).flags).toEqual([]);
});
