import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { LungBox } from "../../src/analyses/lung-nodule/lung-box.ts";
import { type NetCandidate, netCandidates } from "../../src/analyses/lung-nodule/net-candidates.ts";
import { lookAgain } from "../../src/analyses/lung-nodule/net-second-look.ts";
import { ModelCard } from "../../src/models/card.ts";
import type { Session } from "../../src/models/session.ts";
import { nodeSession } from "../../src/models/session-node.ts";
import { webSession } from "../../src/models/session-web.ts";
import { crop } from "../../src/volume/crop.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import { inlineThreads } from "../../src/volume/threads.ts";
import { volume } from "../../src/volume/volume.ts";

function net(id: string) {
  const folder = fileURLToPath(new URL(`../../models/${id}/`, import.meta.url));
  return {
    onnx: new Uint8Array(readFileSync(`${folder}model.onnx`)),
    card: ModelCard.parse(JSON.parse(readFileSync(`${folder}card.json`, "utf8"))),
  };
}
const [detector, falsePositive] = [net("lung-nodule-detector"), net("lung-nodule-false-positive")];
const { onnx } = detector;

let box: LungBox;
const bench = { threads: inlineThreads, signal: new AbortController().signal, progress: () => {} };
const find = (session: Session): Promise<NetCandidate[]> => netCandidates(box, { card: detector.card, session }, bench);
const look = (session: Session, candidates: readonly NetCandidate[]): Promise<NetCandidate[]> =>
  lookAgain(box, candidates, { ...bench, models: { load: async () => ({ card: falsePositive.card, session }) } });

beforeAll(async () => {
  const { volume: chest } = await chestPhantom({ seed: 5, spacingMm: [1, 1, 1], noiseHu: 15, kernel: "soft" });
  const [ni, nj, nk] = chest.grid.size;
  // The right lung's middle: small enough for WebAssembly on one thread.
  const hu = crop(chest, { lo: [ni >> 3, nj >> 2, nk >> 2], hi: [(ni >> 3) + 110, (nj >> 2) + 130, (nk >> 2) + 150] });
  const labels = volume(
    hu.grid,
    Uint8Array.from(hu.data, (value) => (value < -300 ? 1 : 0)),
  );
  box = { hu, labels, airways: volume(hu.grid, new Uint8Array(hu.data.length)) };
});

test("Node and the browser's WebAssembly give the same numbers and the same candidates in the same order", async () => {
  const [native, web] = [await nodeSession(onnx, 2), await webSession(onnx)];
  const ct = { data: new Float32Array(48 * 32 * 64).map((_, n) => Math.sin(n * n)), shape: [1, 1, 48, 32, 64] };
  const [here, there] = [await native.run({ ct }), await web.run({ ct })];
  for (const name of ["at4", "at8"]) {
    expect(there[name]?.shape).toEqual(here[name]?.shape);
    const apart = here[name]?.data.map((value, n) => Math.abs(value - (there[name]?.data[n] ?? Number.NaN)));
    expect(Math.max(...(apart ?? [Number.NaN]))).toBeLessThan(1e-3);
  }
  const [inNode, inBrowser] = [await find(native), await find(web)];
  expectSame(inNode, inBrowser);
  const [looks, looksInBrowser] = [await nodeSession(falsePositive.onnx, 2), await webSession(falsePositive.onnx)];
  const some = inNode.slice(0, 20);
  expectSame(await look(looks, some), await look(looksInBrowser, some));
});

function expectSame(inNode: readonly NetCandidate[], inBrowser: readonly NetCandidate[]): void {
  expect(inNode.length).toBeGreaterThan(10);
  expect(inNode[0]?.score).toBeGreaterThan(0.5);
  expect(inBrowser).toHaveLength(inNode.length);
  for (const [n, { score, centerMm, radiusMm }] of inNode.entries()) {
    const other = inBrowser[n];
    expect(Math.abs((other?.score ?? Number.NaN) - score)).toBeLessThan(1e-3);
    expect(Math.hypot(...centerMm.map((mm, axis) => mm - (other?.centerMm[axis] ?? Number.NaN)))).toBeLessThan(0.01);
    expect(other?.radiusMm).toBeCloseTo(radiusMm, 2);
  }
}

test("the same scan gives the same candidates, on one thread and on two", async () => {
  const [one, two] = [await nodeSession(onnx, 1), await nodeSession(onnx, 2)];
  const found = await find(two);
  expect(await find(two)).toEqual(found);
  expect(await find(one)).toEqual(found);
});
