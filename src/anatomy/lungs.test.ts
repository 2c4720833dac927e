import { expect, test } from "vitest";
import { axialGrid, voxelVolumeMm3 } from "../volume/grid.ts";
import { patientPoint, type Vector3 } from "../volume/space.ts";
import { inlineThreads } from "../volume/threads.ts";
import { type Volume, volume } from "../volume/volume.ts";
import { findLungs, type Lungs } from "./lungs.ts";

type Solid = (x: number, y: number, z: number) => boolean;
interface Layer {
  readonly hu: number;
  readonly solid: Solid;
}

const ellipsoid =
  ([cx, cy, cz]: Vector3, [rx, ry, rz]: Vector3): Solid =>
  (x, y, z) =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 + ((z - cz) / rz) ** 2 <= 1;
const tube =
  (cx: number, cy: number, radius: number, fromZ: number, toZ: number): Solid =>
  (x, y, z) =>
    z >= fromZ && z <= toZ && Math.hypot(x - cx, y - cy) <= radius;

const body: Layer = { hu: 40, solid: (x, y) => (x / 170) ** 2 + (y / 120) ** 2 <= 1 };
const table: Layer = { hu: -200, solid: (_x, y) => y > 126 && y < 132 };
const rightShape = ellipsoid([-75, 0, 0], [58, 80, 100]);
const leftShape = ellipsoid([75, 0, 0], [52, 75, 95]);
const right: Layer = { hu: -850, solid: rightShape };
const left: Layer = { hu: -850, solid: leftShape };
const tracheaTube = tube(0, 0, 8, 20, 150);
const trachea: Layer = { hu: -1000, solid: tracheaTube };
const spacing: Vector3 = [2, 2, 2.5];
const chest = [body, table, right, left, trachea];

/** Layers over air, later ones over earlier ones, with a little noise of known sequence. */
function scan(layers: readonly Layer[], size: Vector3 = [180, 140, 110]): Volume {
  const origin = patientPoint(-((size[0] - 1) * spacing[0]) / 2, -((size[1] - 1) * spacing[1]) / 2, -((size[2] - 1) * spacing[2]) / 2);
  const g = axialGrid(size, spacing, origin);
  const data = new Int16Array(size[0] * size[1] * size[2]);
  for (let k = 0, at = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, at++) {
        const [x, y, z] = [origin[0] + i * spacing[0], origin[1] + j * spacing[1], origin[2] + k * spacing[2]];
        let hu = -1000;
        for (const layer of layers) if (layer.solid(x, y, z)) hu = layer.hu;
        data[at] = hu + ((at * 7919) % 41) - 20;
      }
    }
  }
  return volume(g, data);
}

const find = (given: Volume) => findLungs(given, { threads: inlineThreads, signal: new AbortController().signal, progress: () => {} });

async function lungsOf(given: Volume): Promise<Lungs> {
  const found = await find(given);
  if (found.kind !== "lungs") throw new Error(`no lungs: ${JSON.stringify(found.because)}`);
  return found;
}

const labelAt = (lungs: Lungs, x: number, y: number, z: number): number => {
  const { size, spacingMm, origin } = lungs.labels.grid;
  const index = [x, y, z].map((mm, axis) => Math.round((mm - origin[axis]!) / spacingMm[axis]!));
  return lungs.labels.data[index[0]! + size[0] * (index[1]! + size[1] * index[2]!)]!;
};

const ellipsoidMl = ([rx, ry, rz]: Vector3): number => ((4 / 3) * Math.PI * rx * ry * rz) / 1000;

function overlap(lungs: Lungs, label: number, solid: Solid): number {
  const { size, spacingMm, origin } = lungs.labels.grid;
  let both = 0;
  let sum = 0;
  lungs.labels.data.forEach((found, at) => {
    const i = at % size[0];
    const j = Math.floor(at / size[0]) % size[1];
    const k = Math.floor(at / (size[0] * size[1]));
    const truth = solid(origin[0] + i * spacingMm[0], origin[1] + j * spacingMm[1], origin[2] + k * spacingMm[2]);
    if (truth && found === label) both += 2;
    sum += Number(truth) + Number(found === label);
  });
  return both / sum;
}

test("two lungs in a body on a table come out as right and left with their volumes", async () => {
  const lungs = await lungsOf(scan(chest));
  expect(overlap(lungs, 1, rightShape)).toBeGreaterThan(0.98);
  expect(overlap(lungs, 2, leftShape)).toBeGreaterThan(0.98);
  expect(Math.abs(lungs.volumesMl.right / ellipsoidMl([58, 80, 100]) - 1)).toBeLessThan(0.03);
  expect(lungs.complete).toBe(true);
  expect(lungs.because).toEqual([]);
  expect(lungs.tracheaHu).toBeCloseTo(-1000, -1);
});

test("trachea, air around the body and air under it are no lung", async () => {
  const lungs = await lungsOf(scan(chest));
  expect(labelAt(lungs, 0, 0, 60)).toBe(0);
  expect(labelAt(lungs, 0, -135, 0)).toBe(0);
  expect(labelAt(lungs, 100, 122, 0)).toBe(0);
});

test("mirroring the volume swaps right and left", async () => {
  const given = scan(chest);
  const [ni] = given.grid.size;
  const mirrored = volume(
    given.grid,
    given.data.map((_hu, at) => given.data[at - (at % ni) + (ni - 1 - (at % ni))]!),
  );
  const [before, after] = [await lungsOf(given), await lungsOf(mirrored)];
  expect(after.volumesMl.left / before.volumesMl.right).toBeCloseTo(1, 2);
  expect(after.volumesMl.right / before.volumesMl.left).toBeCloseTo(1, 2);
});

test("balls inside, at the costal and at the mediastinal surface stay in the lung", async () => {
  const centres: Vector3[] = [
    [-75, 0, 40],
    [-75 - 58 + 6, 0, 0],
    [-75 + 58 - 6, 0, -10],
    [75, 75 - 6, 0],
  ];
  const balls = centres.map((centre): Layer => ({ hu: 30, solid: ellipsoid(centre, [6, 6, 6]) }));
  const lungs = await lungsOf(scan([...chest, ...balls]));
  expect(centres.map((centre) => labelAt(lungs, ...centre))).toEqual([1, 1, 1, 2]);
});

test("a mass of 40 mm at the chest wall stays in the lung", async () => {
  const lungs = await lungsOf(scan([...chest, { hu: 30, solid: ellipsoid([-75 - 58 + 16, 10, 0], [20, 20, 20]) }]));
  expect(labelAt(lungs, -75 - 58 + 16, 10, 0)).toBe(1);
  expect(overlap(lungs, 1, rightShape)).toBeGreaterThan(0.97);
});

test("lungs that touch in front of the mediastinum are parted at the junction line", async () => {
  const wide: Layer[] = [
    { hu: -850, solid: ellipsoid([-58, -20, 0], [60, 75, 95]) },
    { hu: -850, solid: ellipsoid([58, -20, 0], [60, 75, 95]) },
    { hu: -500, solid: (x, y, z) => Math.abs(x) < 2 && Math.hypot((y + 20) / 75, z / 95) < 0.25 },
    { hu: 40, solid: ellipsoid([0, 40, 0], [35, 55, 130]) },
  ];
  const lungs = await lungsOf(scan([body, table, ...wide, trachea]));
  expect(labelAt(lungs, -12, -25, 0)).toBe(1);
  expect(labelAt(lungs, 12, -25, 0)).toBe(2);
  expect(lungs.smallerToLarger).toBeGreaterThan(0.9);
});

test("one opaque lung makes the result incomplete, with the side named", async () => {
  const lungs = await lungsOf(scan([body, table, right, trachea]));
  expect(lungs.complete).toBe(false);
  expect(lungs.because.map(({ code }) => code)).toEqual(["anatomy.left-lung-missing"]);
  expect(lungs.volumesMl.left).toBe(0);
});

test("a lung that is half filled with fluid is called small", async () => {
  const fluid: Layer = { hu: 15, solid: (x, y, z) => leftShape(x, y, z) && z < 30 };
  const lungs = await lungsOf(scan([...chest, fluid]));
  expect(lungs.complete).toBe(false);
  expect(lungs.because.map(({ code }) => code)).toEqual(["anatomy.left-lung-small"]);
});

test("lungs cut off at the apex or base are incomplete", async () => {
  const short = await lungsOf(scan(chest, [180, 140, 60]));
  expect(short.because.map(({ code }) => code)).toEqual(["anatomy.apex-cut-off", "anatomy.base-cut-off"]);
  expect(short.complete).toBe(false);
});

test("bases without trachea are not a chest", async () => {
  const bases = scan(
    [body, table, right, left].map(({ hu, solid }): Layer => ({ hu, solid: (x, y, z) => solid(x, y, z - 110) })),
    [180, 140, 110],
  );
  const found = await find(bases);
  expect(found.kind).toBe("no-lungs");
  expect(found.because[0]!.code).toBe("anatomy.only-lung-bases");
});

test("a small field of view that cuts a lung keeps the lung and says so", async () => {
  const given = scan(chest);
  const [ni, nj] = given.grid.size;
  const cut = given.data.map((hu, at) => (Math.hypot((at % ni) - ni / 2, (Math.floor(at / ni) % nj) - nj / 2) > 61 ? -2000 : hu));
  const lungs = await lungsOf(volume(given.grid, cut));
  expect(lungs.volumesMl.right).toBeGreaterThan(1500);
  expect(lungs.because.map(({ code }) => code)).toContain("anatomy.lung-cut-by-field-of-view");
});

test("a cylinder of water, bowel gas, raw scanner values and a stack of three slices hold no lungs, each with its reason", async () => {
  const codes = async (given: Volume): Promise<string[]> => (await find(given)).because.map(({ code }) => code);
  expect(await codes(scan([body, table], [180, 140, 40]))).toEqual(["anatomy.no-lung-air"]);
  const gas: Layer = { hu: -1000, solid: ellipsoid([60, -40, 0], [40, 30, 45]) };
  expect(await codes(scan([body, table, gas], [180, 140, 40]))).toEqual(["anatomy.no-lung-air"]);
  const raw = scan(chest, [180, 140, 40]);
  expect(
    await codes(
      volume(
        raw.grid,
        raw.data.map((hu) => Math.max(0, hu + 1024)),
      ),
    ),
  ).toEqual(["anatomy.no-air"]);
  expect(await codes(scan(chest, [180, 140, 3]))).toEqual(["anatomy.too-few-slices"]);
  expect(await codes(scan([], [60, 60, 40]))).toEqual(["anatomy.no-body"]);
});

test("an aborted search throws the signal's reason", async () => {
  const reason = new Error("enough");
  await expect(
    findLungs(scan(chest, [180, 140, 40]), { threads: inlineThreads, signal: AbortSignal.abort(reason), progress: () => {} }),
  ).rejects.toBe(reason);
});

test("label volume is the number of labelled voxels times the voxel volume within 2 %", async () => {
  const lungs = await lungsOf(scan(chest));
  const ml = (lungs.labels.data.reduce((count, label) => count + Number(label === 2), 0) * voxelVolumeMm3(lungs.labels.grid)) / 1000;
  expect(lungs.volumesMl.left / ml).toBeCloseTo(1, 1);
});
