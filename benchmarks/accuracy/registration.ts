// Error of the registration at vessel forks of the follow-up pair, picked by hand: benchmarks/accuracy/follow-up-forks.json. Writes results/registration.json.
// Usage: node benchmarks/accuracy/registration.ts [FOLDER with 3DCT_lung_baseline.mha and 3DCT_lung_followup.mha]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { findLungs } from "../../src/anatomy/lungs.ts";
import { registerLungs, type ScanLungs } from "../../src/anatomy/register-lungs.ts";
import { quantile } from "../../src/base/stats.ts";
import { DatasetScan } from "../../src/evaluation/manifest.ts";
import { openScan } from "../../src/main/open-scan.ts";
import { distanceBetween, patientPoint } from "../../src/volume/space.ts";
import { inlineThreads } from "../../src/volume/threads.ts";

const Point = z.tuple([z.number(), z.number(), z.number()]);
const Forks = z.array(z.object({ baselineMm: Point, followUpMm: Point }));
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
const picked = join(import.meta.dirname, "follow-up-forks.json");
if (existsSync(picked)) {
  const forks = Forks.parse(JSON.parse(readFileSync(picked, "utf8")));
  const errors = forks.map(({ baselineMm, followUpMm }) =>
    distanceBetween(found.toPrior(patientPoint(...followUpMm)).point, patientPoint(...baselineMm)),
  );
  const [medianMm, p95Mm] = [quantile(errors, 0.5), quantile(errors, 0.95)];
  const result = { ...figures, forks: forks.length, medianMm, p95Mm };
  writeFileSync(join(import.meta.dirname, "results", "registration.json"), `${JSON.stringify(result, null, 2)}\n`);
  console.log(result);
}
