import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReadResult } from "../../src/findings/read-result.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import type { NoduleSpec } from "../../src/volume/phantom/nodules.ts";
import { patientPoint, type Vector3 } from "../../src/volume/space.ts";
import type { Volume } from "../../src/volume/volume.ts";
import { overread, resultsIn } from "./overread.ts";
import { writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-prior-"));
const chest = { seed: 5, spacingMm: [1.2, 1.2, 1.25], noiseHu: 12, kernel: "soft" } as const;
const solid = (diameterMm: number, centerMm?: Vector3): NoduleSpec => ({
  diameterMm,
  texture: "solid",
  ...(centerMm && { centerMm }),
});
const places: Vector3[] = [];
let before: ReadResult;
let after: ReadResult;
/** The table stood elsewhere. */
const shiftMm: Vector3 = [7, -5, 11];

function onTheTable({ grid, data }: Volume): { volume: Volume } {
  const [x, y, z] = grid.origin;
  return { volume: { grid: { ...grid, origin: patientPoint(x + shiftMm[0], y + shiftMm[1], z + shiftMm[2]) }, data } };
}

const read = async (name: string, ...more: string[]): Promise<ReadResult> => {
  const out = mkdtempSync(join(root, `out-${name}-`));
  const { stderr } = await overread(["read", join(root, name), "--out", out, ...more]);
  const [result] = resultsIn(out);
  if (result === undefined) throw new Error(stderr);
  return result;
};

beforeAll(async () => {
  const found = await chestPhantom({ ...chest, nodules: [10, 8, 9, 9.5].map((mm) => solid(mm)) });
  places.push(...found.truth.nodules.map(({ centerMm }) => centerMm));
  const [stays, grows, goes, comes] = places;
  const old = await chestPhantom({ ...chest, nodules: [solid(10, stays), solid(8, grows), solid(9, goes)] });
  const now = await chestPhantom({ ...chest, noiseHu: 14, nodules: [solid(10, stays), solid(11, grows), solid(9.5, comes)] });
  writeChest(join(root, "before"), onTheTable(old.volume), { uidParts: ["before"], studyDate: "20250702" });
  writeChest(join(root, "after"), now, { uidParts: ["after"], studyDate: "20260102" });
  writeChest(join(root, "stranger"), old, { uidParts: ["stranger"], studyDate: "20250702", patientId: "ANOTHER" });
  before = await read("before");
  after = await read("after", "--prior", join(root, "before"));
}, 600_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (result: ReadResult, place: Vector3, by: Vector3 = [0, 0, 0]) =>
  result.analyses[0]!.findings.find(({ centerMm }) => Math.hypot(...centerMm.map((mm, axis) => mm - by[axis]! - place[axis]!)) < 4);

test("the nodule that stayed is stable, the one that grew is grown with its doubling time, and both bear the prior's identity", () => {
  for (const [n, change] of [
    [0, "stable"],
    [1, "grown"],
  ] as const) {
    const finding = at(after, places[n]!);
    expect(finding?.comparison?.change).toBe(change);
    expect(finding?.trackingUid).toBe(at(before, places[n]!, shiftMm)?.trackingUid);
  }
  const growth = at(after, places[1]!)?.comparison?.growth;
  expect(growth?.days).toBe(184);
  expect(growth?.overThreshold).toBe("yes");
  const truth = (184 * Math.LN2) / (3 * Math.log(11 / 8));
  expect(growth?.doublingTime?.lowDays).toBeLessThan(truth);
  expect(growth?.doublingTime?.highDays).toBeGreaterThan(truth);
});

test("the nodule that came is new, and the one that went is listed as gone at its place", () => {
  expect(at(after, places[3]!)?.comparison?.change).toBe("new");
  const gone = after.analyses[0]!.comparison!.gone;
  const wanted = gone.filter(({ placeMm }) => placeMm && Math.hypot(...placeMm.map((mm, axis) => mm - places[2]![axis]!)) < 3);
  expect(wanted.map(({ change }) => change)).toEqual(["gone"]);
});

test("a prior of another patient is refused with its reason, and the read is whole", async () => {
  const { analyses } = await read("after", "--prior", join(root, "stranger"));
  expect(analyses[0]?.comparison).toMatchObject({ outcome: "not-compared", because: [{ code: "growth.prior-other-patient" }], gone: [] });
  expect(analyses[0]?.findings.length).toBeGreaterThan(0);
}, 300_000);
