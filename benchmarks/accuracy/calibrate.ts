/**
 * Operating points and what a score is worth as a probability, fitted on the results of detector.ts for the calibration set and shown on those for
 * the test set, where there are any. Reads no scan:
 *
 *     node benchmarks/accuracy/calibrate.ts [CALIBRATION.json] [TEST.json] [--out NAME]
 *
 * writes results/NAME.json, .md and .svg (default: calibration).
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { type Interval, percentileInterval, resampledCounts } from "../../src/evaluation/bootstrap.ts";
import { calibration } from "../../src/evaluation/calibration.ts";
import { clopperPearsonInterval } from "../../src/evaluation/intervals.ts";
import { fitPlatt, type Platt, probabilityOf, reweighted, withPrior } from "../../src/evaluation/platt.ts";
import type { DetectorResults } from "./detector-report.ts";
import { bounds, falseText, scoreAtRate, scoreThatShows, shownText, table } from "./filled-figures.ts";
import { plot } from "./plot.ts";

/** LUNA16: nodules a scan. */
const luna16 = { nodules: 1186, scans: 888 };
/** How each operating point is chosen on the calibration set. */
const choices: Readonly<Record<string, { readonly rule: string; readonly score: (volumes: DetectorResults["volumes"]) => number }>> = {
  specific: { rule: "the highest score that still shows 90 % of the nodules", score: (volumes) => scoreThatShows(volumes, 0.9) },
  screening: { rule: "the lowest with at most 1/2 false positive a scan", score: (volumes) => scoreAtRate(volumes, 1 / 2) },
  sensitive: { rule: "the lowest with at most 2 false positives a scan", score: (volumes) => scoreAtRate(volumes, 2) },
};
/** Below this probability at LUNA16's prevalence there is little but air and vessels: bins begin here. */
const BINS_FROM = 0.1;
const BINS = 5;
const RESAMPLES = 1000;

/** A candidate: whose nodule it lies on, or null, and in whose lungs. */
interface Candidate {
  readonly score: number;
  readonly patientId: string | null;
  readonly background: string;
}

interface Bin {
  readonly n: number;
  /** At LUNA16's prevalence. */
  readonly meanProbability: number;
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

interface Shown {
  readonly of: string;
  readonly candidates: number;
  readonly positives: number;
  readonly slope: number;
  readonly slopeInterval: Interval;
  readonly intercept: number;
  readonly interceptInterval: Interval;
  /** Of all candidates, at the set's own share of nodules. */
  readonly brier: number;
  readonly bins: readonly Bin[];
}

const candidatesOf = ({ volumes }: Pick<DetectorResults, "volumes">): Candidate[] =>
  volumes
    .filter(({ complete }) => complete)
    .flatMap(({ background, insertions, falsePositives }) => [
      ...insertions.flatMap(({ score, patientId }) => (score === null ? [] : [{ score, patientId, background }])),
      ...falsePositives.map((score) => ({ score, patientId: null, background })),
    ]);

/** How many times as many nodules a scan LUNA16 has. */
function lunaAgainst({ volumes }: Pick<DetectorResults, "volumes">): number {
  const complete = volumes.filter((one) => one.complete);
  return luna16.nodules / luna16.scans / (complete.flatMap(({ insertions }) => insertions).length / complete.length);
}

function fitted(results: DetectorResults): Platt {
  const candidates = candidatesOf(results);
  const line = fitPlatt(
    candidates.map(({ score }) => score),
    candidates.map(({ patientId }) => patientId !== null),
  );
  if (line === null) throw new Error("no line can be fitted: the scores separate nodules from the rest");
  return withPrior(line, lunaAgainst(results));
}

/** How well the fitted probabilities hold on a set; null when no line can be drawn through it. */
function shown(of: string, results: Pick<DetectorResults, "volumes">, platt: Platt): Shown | null {
  const candidates = candidatesOf(results);
  const times = lunaAgainst(results);
  // the set has more nodules a scan than LUNA16: its odds are brought to the set's own
  const own = withPrior(platt, 1 / times);
  const probability = ({ score }: Candidate): number => probabilityOf(own, score);
  const line = (some: readonly Candidate[]) =>
    calibration(
      some.map(probability),
      some.map(({ patientId }) => patientId !== null),
    );
  const whole = line(candidates);
  if (whole === null) return null;
  const replicates = resampled(candidates).flatMap((some) => line(some) ?? []);
  const interval = (what: "slope" | "intercept"): Interval => percentileInterval(replicates.map((one) => one[what]));
  return {
    of,
    candidates: candidates.length,
    positives: candidates.filter(({ patientId }) => patientId !== null).length,
    ...whole,
    slopeInterval: interval("slope"),
    interceptInterval: interval("intercept"),
    bins: binsOf(candidates, platt, times),
  };
}

/**
 * Likely candidates in rising order of probability, in bins of equal counts. Each nodule counts `times` as often as a false positive, which is what
 * LUNA16's prevalence means; the exact interval is that of the plain count, brought there.
 */
function binsOf(candidates: readonly Candidate[], platt: Platt, times: number): Bin[] {
  const likely = candidates
    .map(({ score, patientId }) => ({
      probability: probabilityOf(platt, score),
      weight: patientId === null ? 1 : times,
      hit: patientId !== null,
    }))
    .filter(({ probability }) => probability >= BINS_FROM)
    .sort((a, b) => a.probability - b.probability);
  const count = Math.min(BINS, likely.length);
  return Array.from({ length: count }, (_, bin) => {
    const own = likely.slice(Math.round((bin * likely.length) / count), Math.round(((bin + 1) * likely.length) / count));
    const hits = own.filter(({ hit }) => hit).length;
    const weight = own.reduce((sum, one) => sum + one.weight, 0);
    const exact = clopperPearsonInterval(hits, own.length);
    return {
      n: own.length,
      meanProbability: own.reduce((sum, one) => sum + one.weight * one.probability, 0) / weight,
      observed: reweighted(hits / own.length, times),
      low: reweighted(exact.low, times),
      high: reweighted(exact.high, times),
    };
  });
}

/** Candidates drawn anew by background and, those on nodules, by the patient these grew in. */
function resampled(candidates: readonly Candidate[]): Candidate[][] {
  const random = seededRandom(5);
  const hosts = [...new Set(candidates.map(({ background }) => background))];
  const donors = [...new Set(candidates.flatMap(({ patientId }) => patientId ?? []))];
  const places = candidates.map((one) => ({
    one,
    host: hosts.indexOf(one.background),
    donor: one.patientId && donors.indexOf(one.patientId),
  }));
  return Array.from({ length: RESAMPLES }, () => {
    const [ofHost, ofDonor] = [resampledCounts(hosts.length, random), resampledCounts(donors.length, random)];
    return places.flatMap(({ one, host, donor }) =>
      new Array<Candidate>(ofHost[host]! * (typeof donor === "number" ? ofDonor[donor]! : 1)).fill(one),
    );
  });
}

function report(
  results: DetectorResults,
  test: DetectorResults | null,
  platt: Platt,
  shownOn: readonly Shown[],
  points: readonly Point[],
): string {
  const sets = [results, ...(test ? [test] : [])];
  return `${[
    "# Operating points and calibration of the lung-nodule finder",
    `Found by: ${results.finder}. Fitted on the calibration set of commit ${results.commit}${test ? `, shown on the test set of commit ${test.commit}` : "; no test results yet"}. Semi-synthetic.`,
    "## Operating points",
    `Chosen on the calibration set: ${points.map(({ name, rule }) => `${name}, ${rule}`).join("; ")}.`,
    table(
      ["point", "score ≥", "probability there", "set", "shown, all", "≥ 6 mm", "3–6 mm", "false positives a scan"],
      points.flatMap(({ name, score }) =>
        sets.map(({ set, volumes }) => [
          name,
          score.toPrecision(4),
          probabilityOf(platt, score).toFixed(3),
          set,
          shownText(volumes, score),
          shownText(volumes, score, ({ diameterMm }) => diameterMm >= 6),
          shownText(volumes, score, ({ diameterMm }) => diameterMm < 6),
          falseText(volumes, score),
        ]),
      ),
    ),
    "## What a score is worth",
    `At LUNA16's prevalence (${luna16.nodules} nodules in ${luna16.scans} scans): probability = 1 / (1 + exp(−(${platt.intercept.toFixed(4)} + ${platt.slope.toFixed(4)} · ln(score / (1 − score))))). Elsewhere it is a score. The shift from the set's own share of nodules multiplies the odds; it takes false positives a scan to be as many in LUNA16 as on these backgrounds.`,
    "Slope and intercept of the outcome on the logit of the probability (1 and 0 are right; wanted .8–1.25), at each set's own share of nodules; intervals by bootstrap over backgrounds crossed with nodule patients. On the calibration set itself they are 1 and 0 by construction.",
    table(
      ["set", "candidates", "on nodules", "slope (95 %)", "intercept (95 %)", "Brier"],
      shownOn.map((one) => [
        one.of,
        one.candidates,
        one.positives,
        `${one.slope.toFixed(3)} (${bounds(one.slopeInterval)})`,
        `${one.intercept.toFixed(3)} (${bounds(one.interceptInterval)})`,
        one.brier.toFixed(4),
      ]),
    ),
    `Candidates of probability ≥ ${BINS_FROM} in bins of equal counts; shares brought to LUNA16's prevalence, with exact intervals.`,
    table(
      ["set", "candidates", "mean probability", "observed (exact 95 %)"],
      shownOn.flatMap(({ of, bins }) =>
        bins.map((bin) => [of, bin.n, bin.meanProbability.toFixed(3), `${bin.observed.toFixed(3)} (${bounds(bin)})`]),
      ),
    ),
  ].join("\n\n")}\n`;
}

interface Point {
  readonly name: string;
  readonly rule: string;
  readonly score: number;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: "string", default: "calibration" } } });
const folder = new URL("results/", import.meta.url);
const read = async (name: string): Promise<DetectorResults> => JSON.parse(await readFile(new URL(name, folder), "utf8")) as DetectorResults;
const results = await read(positionals[0] ?? "detector-net-calibration.json");
const test = positionals[1] === undefined ? await read("detector-net-test.json").catch(() => null) : await read(positionals[1]);
if (test !== null && test.finder !== results.finder) throw new Error("the two results are of different finders");
const platt = fitted(results);
const seen = new Set(results.backgrounds.map(({ id }) => id));
const unseen = test && { volumes: test.volumes.filter(({ background }) => !seen.has(background)) };
const shownOn = [
  shown("calibration", results, platt),
  ...(test ? [shown("test", test, platt)] : []),
  ...(unseen && unseen.volumes.length > 0 ? [shown("test, backgrounds that calibrated nothing", unseen, platt)] : []),
].filter((one) => one !== null);
const points = Object.entries(choices).map(([name, { rule, score }]): Point => ({ name, rule, score: score(results.volumes) }));
const text = report(results, test, platt, shownOn, points);
console.log(text);
const tenths = [0, 0.2, 0.4, 0.6, 0.8, 1];
const picture = plot("Reliability at LUNA16's prevalence", [
  {
    xLabel: `probability at LUNA16's prevalence; set: ${shownOn.at(-1)?.of ?? "none"}`,
    yLabel: "observed share, exact 95 %",
    x: { from: 0, to: 1, ticks: tenths.map((at) => [at, String(at)] as const) },
    y: { from: 0, to: 1, ticks: tenths },
    diagonal: true,
    lines: shownOn
      .slice(-1)
      .map(({ bins }) => bins.map((bin) => ({ x: bin.meanProbability, y: bin.observed, low: bin.low, high: bin.high }))),
  },
]);
const { finder, commit } = results;
await writeFile(new URL(`${values.out}.json`, folder), `${JSON.stringify({ finder, commit, luna16, platt, points, shownOn }, null, 1)}\n`);
await writeFile(new URL(`${values.out}.md`, folder), `${text}\n![reliability](${values.out}.svg)\n`);
await writeFile(new URL(`${values.out}.svg`, folder), picture);
