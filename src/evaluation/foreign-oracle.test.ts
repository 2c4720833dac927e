import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { betaQuantile, fQuantile, gammaQuantile, normalCdf } from "./distributions.ts";
import { clopperPearsonInterval, wilsonInterval } from "./intervals.ts";
import { rocArea } from "./roc.ts";

/** Debian's Python: another on the PATH may lack scipy. */
const python = "/usr/bin/python3";

function hasScipy(): boolean {
  try {
    execFileSync(python, ["-c", "import scipy.stats"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const present = hasScipy();

function scipy(code: string, input: unknown): number[] {
  const program = `import json, sys\nfrom scipy import stats\nx = json.load(sys.stdin)\n${code}`;
  return JSON.parse(execFileSync(python, ["-c", program], { input: JSON.stringify(input), encoding: "utf8" })) as number[];
}

test.skipIf(present || process.env.CI !== "true")("python3-scipy is installed where everything is tested", () => {
  expect(present).toBe(true);
});

test.skipIf(!present)("quantiles, exact and Wilson intervals agree with scipy (skipped where Debian's python3-scipy is absent)", () => {
  const trials = [
    [0, 7],
    [3, 7],
    [15, 20],
    [95, 96],
    [500, 1000],
  ] as const;
  const foreign = scipy(
    `print(json.dumps([float(v) for k, n in x for m in ("exact", "wilson") for v in stats.binomtest(k, n).proportion_ci(method=m)]
  + [stats.beta.ppf(.1, .7, 30), stats.f.ppf(.975, 5, 12.3), stats.gamma.ppf(.9, 250), stats.norm.cdf(-7)]))`,
    trials,
  );
  const own = trials.flatMap(([k, n]) => [clopperPearsonInterval(k, n), wilsonInterval(k, n)].flatMap(({ low, high }) => [low, high]));
  own.push(betaQuantile(0.1, 0.7, 30), fQuantile(0.975, 5, 12.3), gammaQuantile(0.9, 250), normalCdf(-7));
  expect(own.length).toBe(foreign.length);
  for (const [n, value] of own.entries())
    expect(Math.abs(value - foreign[n]!)).toBeLessThan(1e-9 * Math.max(1e-3, Math.abs(foreign[n]!)) + 1e-15);
});

test.skipIf(!present)("an area is scipy's Mann–Whitney U over the number of pairs (skipped where Debian's python3-scipy is absent)", () => {
  const random = seededRandom(3);
  const cases = Array.from({ length: 120 }, () => random.uniform() < 0.4);
  const scores = cases.map((is) => Math.round(4 * (random.normal() + (is ? 1 : 0))));
  const [area] = scipy(
    "a = [s for s, p in zip(*x) if p]; b = [s for s, p in zip(*x) if not p]\nprint(json.dumps([stats.mannwhitneyu(a, b).statistic / len(a) / len(b)]))",
    [scores, cases],
  );
  expect(rocArea(scores, cases).area).toBeCloseTo(area!, 12);
});
