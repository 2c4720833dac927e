import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { axialGrid } from "../volume/grid.ts";
import { patientPoint } from "../volume/space.ts";
import { type Volume, volume } from "../volume/volume.ts";
import type { Lungs } from "./lungs.ts";
import { measureNoiseHu } from "./noise.ts";
import { type ScanFacts, scanQuality } from "./scan-quality.ts";

const size = [100, 100, 24] as const;
const grid = axialGrid(size, [1, 1, 2], patientPoint(0, 0, 0));

/** A round body of soft tissue in air, with Gaussian noise. */
function slab(noiseHu: number, shiftHu = 0): Volume {
  const data = new Int16Array(size[0] * size[1] * size[2]);
  const random = seededRandom(7);
  for (let at = 0; at < data.length; at++) {
    const i = at % size[0];
    const j = Math.floor(at / size[0]) % size[1];
    data[at] = Math.round((Math.hypot(i - 50, j - 50) < 40 ? 40 : -1000) + shiftHu + noiseHu * random.normal());
  }
  return volume(grid, data);
}

function lungs(facts: Partial<Lungs> = {}): Lungs {
  const empty = volume(grid, new Uint8Array(size[0] * size[1] * size[2]));
  return {
    kind: "lungs",
    labels: empty,
    airways: empty,
    volumesMl: { right: 2500, left: 2200 },
    firstSliceCm2: 0,
    lastSliceCm2: 0,
    largestSliceCm2: 250,
    heightMm: 250,
    smallerToLarger: 0.88,
    edgeContactCm2: 0,
    tracheaHu: -980,
    bodyCutShare: 0,
    complete: true,
    because: [],
    ...facts,
  };
}

const contiguous: ScanFacts = { sliceThicknessMm: 2, missingSlices: 0 };
const figureOf = (given: Volume, code: string, found = lungs(), facts = contiguous) =>
  scanQuality(given, found, facts).find((figure) => figure.code === code);

test.each([5, 20, 60])("noise of %d HU is measured within 15 per cent, the edge of the body notwithstanding", (noiseHu) => {
  expect(Math.abs(measureNoiseHu(slab(noiseHu))! / noiseHu - 1)).toBeLessThan(0.15);
});

test("noise of a picture without soft tissue is unknown, not 0", () => {
  expect(measureNoiseHu(volume(grid, new Int16Array(size[0] * size[1] * size[2]).fill(-1000)))).toBeNull();
});

test("a shift of all CT numbers shows in the air outside", () => {
  expect(figureOf(slab(8), "outside-air")).toMatchObject({ grade: "good" });
  expect(figureOf(slab(8, 60), "outside-air")).toMatchObject({ grade: "limited" });
  expect(figureOf(slab(8, 120), "outside-air")).toMatchObject({ grade: "unusable" });
  expect(Math.abs(figureOf(slab(8, 60), "outside-air")!.value! + 940)).toBeLessThan(2);
});

test("without air outside or a trachea calibration is unknown, with no number", () => {
  const full = volume(grid, new Int16Array(size[0] * size[1] * size[2]).fill(40));
  expect(figureOf(full, "outside-air")).toMatchObject({ grade: "unknown", value: null });
  expect(figureOf(full, "trachea-air", lungs({ tracheaHu: null }))).toMatchObject({ grade: "unknown", value: null });
});

test("metal is counted in mL", () => {
  const given = slab(5);
  given.data.fill(3071, 50 * 100, 50 * 100 + 200);
  expect(figureOf(given, "metal")).toMatchObject({ value: 0.4, grade: "limited" });
  expect(figureOf(slab(5), "metal")).toMatchObject({ value: 0, grade: "good" });
});

test("lung on the outermost slices and slices thinner than their distance are limits", () => {
  expect(figureOf(slab(5), "apex", lungs({ lastSliceCm2: 80 }))).toMatchObject({ grade: "limited", value: 80 });
  expect(figureOf(slab(5), "base", lungs({ firstSliceCm2: 4 }))).toMatchObject({ grade: "good" });
  expect(figureOf(slab(5), "gaps", lungs(), { sliceThicknessMm: 1, missingSlices: 0 })).toMatchObject({ grade: "limited", value: 1 });
  expect(figureOf(slab(5), "gaps", lungs(), { sliceThicknessMm: null, missingSlices: 0 })).toMatchObject({ grade: "unknown", value: null });
  expect(figureOf(slab(5), "missing-slices", lungs(), { sliceThicknessMm: 2, missingSlices: 3 })).toMatchObject({ value: 3 });
});
