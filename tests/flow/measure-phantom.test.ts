import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReadResult } from "../../src/findings/read-result.ts";
import { type ChestPhantom, chestPhantom } from "../../src/volume/phantom/chest.ts";
import type { Vector3 } from "../../src/volume/space.ts";
import { overread, resultsIn } from "./overread.ts";
import { writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-measure-"));
const spacingMm: Vector3 = [0.8, 0.8, 1];
const diametersMm = [5, 6, 8, 10, 12, 15, 20];

let phantom: ChestPhantom;
let straight: ReadResult;
let shifted: ReadResult;

async function readPhantom(name: string, originShiftMm: Vector3): Promise<[ChestPhantom, ReadResult]> {
  const nodules = diametersMm.map((diameterMm, n) => ({
    diameterMm,
    texture: "solid" as const,
    side: n % 2 === 0 ? ("right" as const) : ("left" as const),
  }));
  const made = await chestPhantom({ seed: 9, spacingMm, noiseHu: 15, kernel: "soft", nodules, originShiftMm });
  writeChest(join(root, name), made, { uidParts: ["measure", name], sliceThicknessMm: 1 });
  const { code } = await overread(["read", join(root, name), "--out", join(root, `${name}-out`)]);
  expect(code).toBe(0);
  const [result] = resultsIn(join(root, `${name}-out`));
  if (result === undefined) throw new Error("nothing was written");
  return [made, result];
}

const nearest = (result: ReadResult, point: readonly number[]) =>
  result.analyses[0]?.findings.find(({ centerMm }) => Math.hypot(...centerMm.map((mm, axis) => mm - (point[axis] ?? 0))) < 3);

beforeAll(async () => {
  [phantom, straight] = await readPhantom("straight", [0, 0, 0]);
  [, shifted] = await readPhantom("shifted", [0.4, 0.4, 0.5]);
}, 240_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(diametersMm)(
  "a solid nodule of %d mm at 1 mm slices measures within .5 mm in every plane and within 10 %% of its volume",
  (diameterMm) => {
    const nodule = phantom.truth.nodules.find((each) => each.diameterMm === diameterMm);
    const finding = nodule && nearest(straight, nodule.centerMm);
    expect(finding).toBeDefined();
    for (const { meanDiameterMm } of finding?.measurements ?? []) expect(Math.abs(meanDiameterMm - diameterMm)).toBeLessThanOrEqual(0.5);
    expect(finding?.measurements).toHaveLength(3);
    expect(Math.abs((finding?.volumeMm3 ?? 0) / (nodule?.volumeMm3 ?? 1) - 1)).toBeLessThanOrEqual(0.1);
  },
);

test("a copy shifted by half a voxel marks the same nodules, .5 mm and .3 mm of diameter apart at most", () => {
  for (const nodule of phantom.truth.nodules) {
    const [one, other] = [nearest(straight, nodule.centerMm), nearest(shifted, nodule.centerMm)];
    expect(other, `${nodule.diameterMm} mm`).toBeDefined();
    expect(Math.hypot(...(one?.centerMm ?? []).map((mm, axis) => mm - (other?.centerMm[axis] ?? 0)))).toBeLessThanOrEqual(0.5);
    const axial = (finding: typeof one): number =>
      finding?.measurements.find(({ plane }) => plane === "axial")?.meanDiameterMm ?? Number.NaN;
    expect(Math.abs(axial(one) - axial(other))).toBeLessThanOrEqual(0.3);
  }
});
