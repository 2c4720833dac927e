import { expect, test } from "vitest";
import type { Model, Tensor } from "../../models/session.ts";
import { grid } from "../../volume/grid.ts";
import { patientPoint, type Vector3 } from "../../volume/space.ts";
import { inlineThreads } from "../../volume/threads.ts";
import { volume } from "../../volume/volume.ts";
import type { LungBox } from "./lung-box.ts";
import type { NetCandidate } from "./net-candidates.ts";
import { lookAgain } from "./net-second-look.ts";

const size: Vector3 = [80, 70, 90];
const boxGrid = grid({
  size,
  spacingMm: [1, 1, 1],
  origin: patientPoint(-100, -50, 20),
  directions: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
});
const huAt = (i: number, j: number, k: number): number => i + 2 * j - 3 * k;
const hu = new Int16Array(size[0] * size[1] * size[2]);
for (let at = 0; at < hu.length; at++) hu[at] = huAt(at % 80, Math.floor(at / 80) % 70, Math.floor(at / 5600));
const empty = volume(boxGrid, new Uint8Array(hu.length));
const box: LungBox = { hu: volume(boxGrid, hu), labels: empty, airways: empty };

const candidate = (position: Vector3, score: number): NetCandidate => ({
  position,
  score,
  centerMm: patientPoint(0, 0, 0),
  radiusMm: 3,
  channel: "solid",
});

/** A net that says the same of every block, and keeps what it was given. */
function bench(said: readonly number[], signal = new AbortController().signal) {
  const given: Tensor[] = [];
  const run = async ({ ct }: Readonly<Record<string, Tensor>>) => {
    given.push(ct!);
    const blocks = ct!.shape[0]!;
    return { nodule: { data: Float32Array.from({ length: 5 * blocks }, (_, n) => said[n % 5]!), shape: [blocks, 5] } };
  };
  const model = { card: { encoding: { offsetHu: 300, scaleHu: 700, least: -1.1, most: 1.9 } }, session: { run } } as unknown as Model;
  return { given, bench: { models: { load: async () => model }, threads: inlineThreads, signal, progress: () => {} } };
}

test("the net sees 64 mm round each candidate, air beyond the box", async () => {
  const { given, bench: b } = bench([0, 0, 0, 0, 0]);
  await lookAgain(box, [candidate([40.2, 35, 45.6], 0.5), candidate([3, 35, 45], 0.5)], b);
  const [{ data, shape }] = given as [Tensor];
  expect(shape).toEqual([2, 1, 64, 64, 64]);
  const encoded = (value: number): number => Math.min(1.9, Math.max(-1.1, (value + 300) / 700));
  const at = (block: number, i: number, j: number, k: number): number => data[i + 64 * (j + 64 * (k + 64 * block))]!;
  // The block's middle lies within half a voxel of the candidate: corners at 9, 4 (3.5 rounded) and 14; and at −28 (−28.5 rounded).
  expect(at(0, 0, 0, 0)).toBeCloseTo(encoded(huAt(9, 4, 14)), 5);
  expect(at(0, 63, 10, 20)).toBeCloseTo(encoded(huAt(72, 14, 34)), 5);
  expect(at(0, 20, 63, 63)).toBeCloseTo(encoded(huAt(29, 67, 77)), 5);
  expect(at(1, 27, 10, 10)).toBeCloseTo(encoded(-1000), 5);
  expect(at(1, 28, 10, 10)).toBeCloseTo(encoded(huAt(0, 14, 24)), 5);
});

test("both nets' logits are summed, and centre and size are the second net's", async () => {
  const { bench: b } = bench([Math.log(3), Math.log(12), 1.5, -2, 0.5]);
  const [looked] = await lookAgain(box, [candidate([40, 35, 45], 0.5)], b);
  expect(looked!.score).toBeCloseTo(0.75, 6);
  expect(looked!.radiusMm).toBeCloseTo(6, 5);
  // The block begins at voxels 9, 4 and 14 and its middle lies 31.5 further on; offsets are told along k, j, i.
  for (const [axis, expected] of [40.5 + 0.5, 35.5 - 2, 45.5 + 1.5].entries()) expect(looked!.position[axis]).toBeCloseTo(expected, 5);
  for (const [axis, expected] of [-59, -16.5, 67].entries()) expect(looked!.centerMm[axis]).toBeCloseTo(expected, 4);
});

test("an abort is obeyed between runs, and no candidate is lost or moved in the order", async () => {
  const many = Array.from({ length: 19 }, (_, n) => candidate([40, 35, 20 + n], 0.9 - n / 100));
  const { given, bench: b } = bench([0, 1, 0, 0, 0]);
  const looked = await lookAgain(box, many, b);
  expect(given.map(({ shape }) => shape[0])).toEqual([8, 8, 3]);
  for (const [n, { score }] of looked.entries()) expect(score).toBeCloseTo(many[n]!.score, 6);
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await expect(lookAgain(box, many, bench([0, 0, 0, 0, 0], stop.signal).bench)).rejects.toThrow("enough");
});
