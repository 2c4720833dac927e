import { expect, test } from "vitest";
import { seededRandom } from "../../base/seeded-random.ts";
import { axialGrid } from "../../volume/grid.ts";
import { patientPoint, type Vector3 } from "../../volume/space.ts";
import { inlineThreads } from "../../volume/threads.ts";
import { volume } from "../../volume/volume.ts";
import { findCandidates, type RuleCandidate } from "./find-candidates.ts";
import type { LungBox } from "./lung-box.ts";
import { rejectFalsePositives } from "./reject-false-positives.ts";

const size: Vector3 = [96, 84, 90];
const lungHu = -870;
/** HU of a thing and the signed distance to its surface, mm, negative inside. */
interface Thing {
  readonly hu: number;
  readonly distanceMm: (x: number, y: number, z: number) => number;
}
const ball = (center: Vector3, diameterMm: number, hu = 30): Thing => ({
  hu,
  distanceMm: (x, y, z) => Math.hypot(x - center[0], y - center[1], z - center[2]) - diameterMm / 2,
});
/** Along k, all through the box. */
const tube = (x0: number, y0: number, diameterMm: number): Thing => ({
  hu: 30,
  distanceMm: (x, y) => Math.hypot(x - x0, y - y0) - diameterMm / 2,
});
/** Across j, all through the box. */
const plate = (y0: number, thicknessMm: number): Thing => ({ hu: 30, distanceMm: (_x, y) => Math.abs(y - y0) - thicknessMm / 2 });

/** A box of lung with noise, edges blurred over 1 mm. */
function lungWith(things: readonly Thing[]): LungBox {
  const grid = axialGrid(size, [1, 1, 1], patientPoint(0, 0, 0));
  const random = seededRandom(7);
  const hu = new Int16Array(size[0] * size[1] * size[2]);
  const labels = new Uint8Array(hu.length);
  let at = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, at++) {
        const inside = i >= 4 && j >= 4 && k >= 4 && i < size[0] - 4 && j < size[1] - 4 && k < size[2] - 4;
        labels[at] = inside ? 1 : 0;
        let value = inside ? lungHu : 40;
        for (const { hu: own, distanceMm } of things) {
          const share = Math.max(0, Math.min(1, 0.5 - distanceMm(i, j, k)));
          if (inside) value = value * (1 - share) + own * share;
        }
        hu[at] = Math.round(value + 15 * random.normal());
      }
    }
  }
  return { hu: volume(grid, hu), labels: volume(grid, labels), airways: volume(grid, new Uint8Array(hu.length)) };
}

function mirrored(box: LungBox): LungBox {
  const flip = <Data extends Int16Array<ArrayBufferLike> | Uint8Array<ArrayBufferLike>>(data: Data): Data => {
    const out = data.slice() as Data;
    for (let row = 0; row < data.length; row += size[0]) out.subarray(row, row + size[0]).reverse();
    return out;
  };
  const of = { hu: flip(box.hu.data), labels: flip(box.labels.data), airways: flip(box.airways.data) };
  const { grid } = box.hu;
  return { hu: volume(grid, of.hu), labels: volume(grid, of.labels), airways: volume(grid, of.airways) };
}

const find = (box: LungBox): Promise<RuleCandidate[]> =>
  findCandidates(box, { threads: inlineThreads, signal: new AbortController().signal, progress: () => undefined });

const distanceMm = (a: Vector3, b: Vector3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

test.each([4, 6, 10, 16, 24])(
  "a ball of %i mm is the strongest solid candidate, beside a tube and a plate, and its size is told",
  async (diameterMm) => {
    const center: Vector3 = [34, 52, 46];
    const candidates = await find(lungWith([ball(center, diameterMm), tube(76, 40, 5), plate(22, 3)]));
    const first = candidates.find(({ channel }) => channel === "solid");
    expect(distanceMm(first?.position ?? [0, 0, 0], center)).toBeLessThan(2);
    expect(2 * (first?.radiusMm ?? 0)).toBeGreaterThan(0.6 * diameterMm);
    expect(2 * (first?.radiusMm ?? 0)).toBeLessThan(1.7 * diameterMm);
  },
);

test("a ball scores above everything on a tube or a plate", async () => {
  const center: Vector3 = [34, 52, 46];
  const box = lungWith([ball(center, 8), tube(76, 40, 6), plate(22, 3)]);
  const scored = rejectFalsePositives(box, await find(box), new AbortController().signal);
  const isBall = (position: Vector3): boolean => distanceMm(position, center) < 4;
  expect(isBall(scored[0]?.candidate.position ?? [0, 0, 0])).toBe(true);
  const other = scored.find(({ candidate }) => !isBall(candidate.position));
  expect(scored[0]?.score ?? 0).toBeGreaterThan((other?.score ?? 0) + 0.3);
});

test("faint ground glass of 14 mm is found on its own channel", async () => {
  const center: Vector3 = [50, 46, 40];
  const candidates = await find(lungWith([ball(center, 14, -680), tube(76, 40, 5)]));
  const near = candidates.filter(({ channel, position }) => channel === "ground-glass" && distanceMm(position, center) < 4);
  expect(near.length).toBeGreaterThan(0);
});

test("bulk of 36 mm is found as a mass at its middle, an 8 mm ball is not", async () => {
  const center: Vector3 = [40, 42, 45];
  const masses = (await find(lungWith([ball(center, 36), ball([78, 60, 60], 8)]))).filter(({ channel }) => channel === "mass");
  expect(masses).toHaveLength(1);
  expect(distanceMm(masses[0]?.position ?? [0, 0, 0], center)).toBeLessThan(4);
});

test("a mirrored lung gives the mirrored strong candidates", async () => {
  const box = lungWith([ball([34, 52, 46], 8), ball([60, 30, 60], 12), ball([26, 26, 24], 5)]);
  const strong = (candidates: readonly RuleCandidate[]): RuleCandidate[] =>
    candidates.filter(({ channel, strength }) => channel === "solid" && strength > 150);
  const straight = strong(await find(box));
  const turned = strong(await find(mirrored(box)));
  expect(straight.length).toBeGreaterThanOrEqual(3);
  for (const { position } of straight) {
    const expected: Vector3 = [size[0] - 1 - position[0], position[1], position[2]];
    expect(Math.min(...turned.map((one) => distanceMm(one.position, expected)))).toBeLessThan(2);
  }
});

test("an aborted search throws the signal's reason", async () => {
  const box = lungWith([]);
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(findCandidates(box, { threads: inlineThreads, signal, progress: () => undefined })).rejects.toThrow("enough");
});
