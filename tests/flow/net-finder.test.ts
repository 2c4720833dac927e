import { beforeAll, expect, test } from "vitest";
import type { Bench, Outcome } from "../../src/analyses/analysis.ts";
import { lungNoduleBy } from "../../src/analyses/lung-nodule/lung-nodule.ts";
import { netFinder } from "../../src/analyses/lung-nodule/net-finder.ts";
import { unknownPerson } from "../../src/findings/person.ts";
import { unknownStudy } from "../../src/findings/study.ts";
import { modelsIn } from "../../src/main/models.ts";
import { inlineThreads } from "../../src/volume/threads.ts";
import { smallChest } from "./small-chest.ts";

const study = unknownStudy("1.2.3");
const finder = netFinder();
let outcome: Outcome;

beforeAll(async () => {
  const { volume } = await smallChest();
  const bench: Bench = {
    models: modelsIn(2),
    threads: inlineThreads,
    once: (_volume, _what, compute) => compute(),
    signal: new AbortController().signal,
    progress: () => {},
  };
  const chest = { stackId: "1.2.3.4", volume, slices: [] };
  outcome = await lungNoduleBy(finder).analyse({ study, person: unknownPerson, operatingPoint: "screening", volumes: { chest } }, bench);
});

const findings = () => (outcome.kind === "declined" ? [] : outcome.findings);

test("the analysis by the net finds every nodule of the phantom and shows the solid ones of 8 mm and more, within 3 mm of their true place", async () => {
  expect(outcome.kind).toBe("done");
  const { truth } = await smallChest();
  for (const { centerMm, diameterMm, texture } of truth.nodules) {
    const near = findings().find((finding) => Math.hypot(...finding.centerMm.map((mm, axis) => mm - (centerMm[axis] ?? 0))) < 3);
    const least = texture === "solid" && diameterMm >= 8 ? finder.operatingPoints.screening.score : 0.05;
    expect(near?.score, `${texture} ${diameterMm} mm`).toBeGreaterThanOrEqual(least);
  }
});

test("what the net marks is explained and measured as what the rules mark", () => {
  const [first] = findings();
  expect(first?.because.length).toBeGreaterThan(2);
  expect(first?.measurements).toHaveLength(3);
  expect(first?.outline).toBeDefined();
});
