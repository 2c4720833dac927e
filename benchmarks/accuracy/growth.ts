// How far the volume of an unchanged nodule differs from scan to scan, and how often the 95 % interval of the doubling time holds the truth: real nodules in their
// own lung, scanned twice by a simulated scanner (repeat-scan.ts) and measured by the product. The error model is fitted on the calibration patients and checked on
// the test patients. Writes results/growth.json and .md. Usage: node benchmarks/accuracy/growth.ts [DATA_DIR] [PAIRS of scans of each nodule and slice thickness]
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { volumeRepeatability } from "../../src/analyses/lung-nodule/growth.ts";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { quantile } from "../../src/base/stats.ts";
import { percentileInterval, resampledCounts } from "../../src/evaluation/bootstrap.ts";
import { readNifti } from "../../src/volume/nifti.ts";
import { noduleCases, scoreNodule } from "./outline-nodules.ts";
import { commit, machine } from "./provenance.ts";
import { measuredAgain, quietened } from "./repeat-scan.ts";
import type { Splits } from "./split-patients.ts";

const slicesMm = [1.25, 2.5];
const largestMm = 30;
const folder = join(process.argv[2] ?? join(import.meta.dirname, "../../../shared/data"), "lidc-nodules");
const pairsEach = Number(process.argv[3] ?? 1);
const splits: Splits = JSON.parse(await readFile(join(import.meta.dirname, "splits.json"), "utf8"));
const readings = (await readFile(join(folder, "readings.csv"), "utf8"))
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => line.split(","));

/** Two scans of one nodule, which truly grew by a factor of its diameter. */
interface Pair {
  readonly patientId: string;
  readonly file: string;
  readonly sliceMm: number;
  /** The smaller of the two, as measured. */
  readonly diameterMm: number;
  /** How far ln(V2 / V1) is off. */
  readonly error: number;
  readonly held: boolean;
}

async function scanned(patients: readonly string[]) {
  const pairs: Pair[] = [];
  const methods: { patientId: string; error: number }[] = [];
  let lost = 0;
  for (const one of await noduleCases(folder, new Set(patients))) {
    if (one.diameterMm > largestMm) continue;
    const stored = await readNifti(await readFile(join(folder, "images", one.file)));
    const quiet = quietened({ grid: stored.grid, data: Int16Array.from(stored.data) });
    const random = seededRandom(Number(/\d+/.exec(one.patientId)?.[0]) + Math.round(one.diameterMm * 1000));
    for (const sliceMm of slicesMm) {
      for (let n = 0; n < pairsEach && one.sliceSpacingMm <= sliceMm * 1.05; n++) {
        const grownBy = Math.exp(0.35 * random.uniform());
        const protocol = { sliceMm, pixelMm: 0.7 };
        const [a, b] = [measuredAgain(quiet, one.center, 1, protocol, random), measuredAgain(quiet, one.center, grownBy, protocol, random)];
        if (a === null || b === null) {
          lost++;
          continue;
        }
        const diameterMm = Math.min(a.meanDiameterMm, b.meanDiameterMm);
        const error = Math.log(b.volumeMm3 / a.volumeMm3) - 3 * Math.log(grownBy);
        // The interval of the doubling time is that of ln(V2 / V1), which is ± ln(1 + repeatability) wide.
        const held = Math.abs(error) <= Math.log(1 + volumeRepeatability(diameterMm, sliceMm));
        pairs.push({ patientId: one.patientId, file: one.file, sliceMm, diameterMm, error, held });
      }
    }
    const own = await scoreNodule(folder, one);
    if (typeof own === "string") continue;
    for (const [file, , volumeMm3] of readings)
      if (file === one.file) methods.push({ patientId: one.patientId, error: Math.log(own.figures.volumeMm3 / Number(volumeMm3)) });
  }
  return { pairs, methods, lost };
}

/**
 * The half width of the 95 % interval of ln(V2 / V1) as √(a² + (b·slice/d)²) for which the pinball loss at 95 % is least: an edge that is off by a part of the slice
 * thickness changes the volume of a ball by 6 times that over its diameter; a is what does not depend on size.
 */
function fitted(pairs: readonly Pair[]): { a: number; b: number } {
  let best = { a: 0, b: 0, loss: Number.POSITIVE_INFINITY };
  for (let a = 0; a <= 0.6; a += 0.01) {
    for (let b = 0; b <= 4; b += 0.05) {
      let loss = 0;
      for (const { error, sliceMm, diameterMm } of pairs) {
        const over = Math.abs(error) - Math.hypot(a, (b * sliceMm) / diameterMm);
        loss += over > 0 ? 0.95 * over : -0.05 * over;
      }
      if (loss < best.loss) best = { a, b, loss };
    }
  }
  return { a: round(best.a, 2), b: round(best.b, 2) };
}

const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;

/** Share of those that hold, percent, with its 95 % interval: patients resampled. */
function share<Of extends { patientId: string }>(of: readonly Of[], holds: (one: Of) => boolean) {
  const patients = [...Map.groupBy(of, ({ patientId }) => patientId).values()].map(
    (own) => [own.filter(holds).length, own.length] as const,
  );
  const random = seededRandom(11);
  const shares = Array.from({ length: 2000 }, () => {
    const counts = resampledCounts(patients.length, random);
    const sum = (part: 0 | 1): number => patients.reduce((total, own, at) => total + own[part] * counts[at]!, 0);
    return (100 * sum(0)) / sum(1);
  });
  const { low, high } = percentileInterval(shares);
  return { percent: round((100 * of.filter(holds).length) / of.length, 1), low: round(low, 1), high: round(high, 1) };
}

const groups = [
  { name: "all", has: () => true },
  { name: "below 6 mm", has: ({ diameterMm }: Pair) => diameterMm < 6 },
  { name: "6–10 mm", has: ({ diameterMm }: Pair) => diameterMm >= 6 && diameterMm < 10 },
  { name: "10 mm and more", has: ({ diameterMm }: Pair) => diameterMm >= 10 },
  { name: "1.25 mm slices", has: ({ sliceMm }: Pair) => sliceMm === 1.25 },
  { name: "2.5 mm slices", has: ({ sliceMm }: Pair) => sliceMm === 2.5 },
];
const rowsOf = (pairs: readonly Pair[]) =>
  groups.map(({ name, has }) => {
    const own = pairs.filter(has);
    return {
      name,
      pairs: own.length,
      nodules: new Set(own.map(({ file }) => file)).size,
      patients: new Set(own.map(({ patientId }) => patientId)).size,
      held: share(own, ({ held }) => held),
      error95: round(
        quantile(
          own.map(({ error }) => Math.abs(error)),
          0.95,
        ),
        3,
      ),
    };
  });

const started = process.cpuUsage();
const calibration = await scanned(splits.calibration);
const check = await scanned(splits.test);
const { user, system } = process.cpuUsage(started);
const betweenMethods95 = round(
  quantile(
    calibration.methods.map(({ error }) => Math.abs(error)),
    0.95,
  ),
  3,
);
const result = {
  data: "lidc-nodules up to 30 mm with background at both ends; slices simulated are never thinner than those of the scan",
  commit: commit(),
  machine: machine(1),
  cpuSeconds: Math.round((user + system) / 1e6),
  pairsEach,
  fittedOnCalibration: fitted(calibration.pairs),
  calibration: { notMeasured: calibration.lost, rows: rowsOf(calibration.pairs) },
  test: { notMeasured: check.lost, rows: rowsOf(check.pairs) },
  betweenMethods: {
    what: "|ln| of the program's volume over that of each reader's outline on the same scan",
    calibration95: betweenMethods95,
    readings: calibration.methods.length,
    test: { readings: check.methods.length, held: share(check.methods, ({ error }) => Math.abs(error) <= betweenMethods95) },
  },
};
await writeFile(join(import.meta.dirname, "results", "growth.json"), `${JSON.stringify(result, null, 2)}\n`);
await writeFile(join(import.meta.dirname, "results", "growth.md"), page(result));
console.log(page(result));

function page({ calibration: fittedOn, test, fittedOnCalibration: { a, b }, betweenMethods, ...of }: typeof result): string {
  const table = (rows: ReturnType<typeof rowsOf>): string[] => [
    "| size or slices | pairs | nodules | patients | truth in the interval | 95 % of errors of ln V2/V1 |",
    "|---|---|---|---|---|---|",
    ...rows.map(
      ({ name, pairs, nodules, patients, held, error95 }) =>
        `| ${name} | ${pairs} | ${nodules} | ${patients} | ${held.percent} % (${held.low} to ${held.high}) | ${error95} |`,
    ),
  ];
  return [
    "# Doubling time: how often its 95 % interval holds the truth",
    "",
    `Real nodules (${of.data}) scanned twice by a simulated scanner: pairs of scans of each nodule and slice thickness: ${of.pairsEach}; the interval in brackets resamples patients. Commit ${of.commit}; ${of.cpuSeconds} s of one core (${of.machine}).`,
    "",
    `Half width of the interval of ln(V2/V1), fitted on the calibration patients: √(${a}² + (${b} · slice / diameter)²).`,
    "",
    `## Test patients, not used for the fit (${test.notMeasured} pairs could not be measured)`,
    "",
    ...table(test.rows),
    "",
    `## Calibration patients (${fittedOn.notMeasured} pairs could not be measured)`,
    "",
    ...table(fittedOn.rows),
    "",
    "## Another method",
    "",
    `The program's volume against each reader's outline on the same scan: 95 % of ${betweenMethods.readings} calibration readings within a factor of ${round(Math.exp(betweenMethods.calibration95), 2)}; of ${betweenMethods.test.readings} test readings ${betweenMethods.test.held.percent} % (${betweenMethods.test.held.low} to ${betweenMethods.test.held.high}).`,
    "",
  ].join("\n");
}
