// Error of the registration at vessel forks of the follow-up pair, picked by hand: benchmarks/accuracy/follow-up-forks.json. Writes results/registration.json.
// Usage: node benchmarks/accuracy/registration.ts [FOLDER with 3DCT_lung_baseline.mha and 3DCT_lung_followup.mha]
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { findLungs } from "../../src/anatomy/lungs.ts";
import { registerLungs, type ScanLungs } from "../../src/anatomy/register-lungs.ts";
import { mean, quantile } from "../../src/base/stats.ts";
import { DatasetScan } from "../../src/evaluation/manifest.ts";
import { openScan } from "../../src/main/open-scan.ts";
import { distanceBetween, type PatientPoint, patientPoint } from "../../src/volume/space.ts";
import { inlineThreads } from "../../src/volume/threads.ts";
import { commit, machine } from "./provenance.ts";

const Point = z.tuple([z.number(), z.number(), z.number()]);
const Picks = z.object({ baselineMm: Point, followUpMm: Point });
const Spread = z.object({ median: z.number(), p95: z.number() });
const Picked = z.object({
  forks: z.array(Picks.extend({ second: Picks })),
  pickingErrorMm: z.object({ baseline: Spread, followUp: Spread }),
});
const folder = process.argv[2] ?? join(import.meta.dirname, "../../../shared/data/follow-up");
const port = { threads: inlineThreads, signal: new AbortController().signal, progress: () => {} };

async function lungsOf(name: string): Promise<ScanLungs> {
  const scan = await openScan(
    join(folder, name),
    DatasetScan.parse({ id: name, patientId: null, path: name, reference: { complete: false, nodules: [] } }),
    port,
  );
  const [series] = scan?.study.series ?? [];
  if (!scan || !series) throw new Error(`${name} holds no scan`);
  const { volume: ct } = await scan.load(series.stackId, () => {});
  const lungs = await findLungs(ct, port);
  if (lungs.kind === "no-lungs") throw new Error(`${name}: ${lungs.because.map(({ code }) => code).join(", ")}`);
  return { ct, labels: lungs.labels };
}

const prior = await lungsOf("3DCT_lung_baseline.mha");
const current = await lungsOf("3DCT_lung_followup.mha");
const started = performance.now();
const found = await registerLungs(prior, current, port);
const seconds = Math.round((performance.now() - started) / 100) / 10;
if (found.kind === "not-registered") throw new Error(JSON.stringify(found.because));
const { correlation, medianErrorMm } = found;
const figures = { size: current.ct.grid.size, seconds, threads: 1, correlation, medianErrorMm };
console.log(figures);
const { forks, pickingErrorMm } = Picked.parse(JSON.parse(readFileSync(join(import.meta.dirname, "follow-up-forks.json"), "utf8")));
/** The mean of both picks of a fork. */
const places = forks.map((fork) => ({
  baseline: between(fork.baselineMm, fork.second.baselineMm),
  followUp: between(fork.followUpMm, fork.second.followUpMm),
}));
const meanShift = [0, 1, 2].map((axis) => mean(places.map(({ baseline, followUp }) => baseline[axis]! - followUp[axis]!)));
const errors = (toBaseline: (place: PatientPoint) => PatientPoint) => {
  const distances = places.map(({ baseline, followUp }) => distanceBetween(toBaseline(followUp), baseline));
  const rounded = (value: number): number => Math.round(100 * value) / 100;
  return {
    medianMm: rounded(quantile(distances, 0.5)),
    p95Mm: rounded(quantile(distances, 0.95)),
    mostMm: rounded(Math.max(...distances)),
  };
};
const result = {
  data: "follow-up pair (elastix test data), one right lung; forks of follow-up-forks.json, the mean of two picks",
  commit: commit(),
  machine: machine(1),
  ...figures,
  forks: forks.length,
  pickingErrorMm,
  registered: errors((place) => found.toPrior(place).point),
  shiftedAlone: errors(([x, y, z]) => patientPoint(x + meanShift[0]!, y + meanShift[1]!, z + meanShift[2]!)),
};
writeFileSync(join(import.meta.dirname, "results", "registration.json"), `${JSON.stringify(result, null, 2)}\n`);
console.log(result);

function between(a: z.infer<typeof Point>, b: z.infer<typeof Point>): PatientPoint {
  return patientPoint((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2);
}
