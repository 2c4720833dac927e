import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { froc } from "./froc.ts";
import { DatasetScan } from "./manifest.ts";
import type { SizedMark } from "./marks-csv.ts";
import { scoreScan } from "./score-scan.ts";

/** Debian's Python with numpy, which python3-scipy brings along. */
const python = "/usr/bin/python3";
const absent = !existsSync("/usr/lib/python3/dist-packages/numpy/__init__.py");

/**
 * The rules of LUNA16's evaluation script (noduleCADEvaluationLUNA16.py), written from a description of them and without a look at ours.
 * In: a list of sets, each a list of scans { included: [x, y, z, diameter], excluded: [x, y, z, diameter], marks: [x, y, z, score] }; a diameter of −1 is unknown.
 */
const rules = `
import json, sys
import numpy as np

RATES = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]

def admitted(marks):
    """Numbers of the marks that are looked at: of more than a hundred those above the hundred-and-first."""
    if len(marks) <= 100:
        return list(range(len(marks)))
    bar = np.sort(np.array(marks)[:, 3])[::-1][100]
    return [n for n in range(len(marks)) if marks[n][3] > bar]

def inside(mark, finding):
    radius = (10.0 if finding[3] < 0 else finding[3]) / 2.0
    gap = np.array(mark[:3]) - np.array(finding[:3])
    return float((gap ** 2).sum()) < radius ** 2

def score(cases):
    found, missed, false, ignored = [], [], [], []
    hits, alarms = [], []
    for s, case in enumerate(cases):
        looked_at = admitted(case["marks"])
        unused = set(looked_at)
        for f, finding in enumerate(case["included"]):
            on = [n for n in looked_at if inside(case["marks"][n], finding)]
            unused.difference_update(on)
            if on:
                best = max(case["marks"][n][3] for n in on)
                found.append([s, f, best])
                hits.append(best)
            else:
                missed.append([s, f])
        for finding in case["excluded"]:
            for n in [n for n in unused if inside(case["marks"][n], finding)]:
                unused.remove(n)
                ignored.append([s, n])
        for n in sorted(unused):
            false.append([s, n])
            alarms.append(case["marks"][n][3])

    hits, alarms = np.array(hits), np.array(alarms)
    x, y = [0.0], [0.0]
    for bar in sorted(set(hits.tolist()) | set(alarms.tolist()), reverse=True):
        x.append(float((alarms >= bar).sum()) / len(cases))
        y.append(float((hits >= bar).sum()) / (len(found) + len(missed)))
    sensitivities = np.interp(RATES, x, y).tolist()
    return {"found": found, "missed": missed, "false": false, "ignored": sorted(ignored), "sensitivities": sensitivities,
            "cpm": float(np.mean(sensitivities))}

print(json.dumps([score(cases) for cases in json.load(sys.stdin)]))
`;

interface Case {
  included: number[][];
  excluded: number[][];
  marks: number[][];
}

/** Crowded scans: overlapping findings, unknown diameters, several marks on one, equal scores, more than a hundred marks. */
function randomSet(seed: number): Case[] {
  const random = seededRandom(seed);
  const place = (): number[] => [0, 1, 2].map(() => Math.round(random.uniform() * 600) / 10);
  const near = ([x = 0, y = 0, z = 0]: number[]): number[] => [x, y, z].map((mm) => mm + Math.round(30 * random.normal()) / 10);
  return Array.from({ length: 3 + random.integer(20) }, () => {
    const finding = (): number[] => [...place(), random.uniform() < 0.3 ? -1 : Math.round(30 + 200 * random.uniform()) / 10];
    const included = Array.from({ length: random.integer(4) }, finding);
    const excluded = Array.from({ length: random.integer(12) }, finding);
    const targets = [...included, ...included, ...excluded];
    const marks = Array.from({ length: random.uniform() < 0.2 ? 130 : random.integer(25) }, () => {
      const target = targets[random.integer(2 * targets.length + 1)];
      const at = target === undefined ? place() : near(target);
      return [...at, Math.round(20 * random.uniform()) / 20];
    });
    return { included, excluded, marks };
  });
}

function ours(cases: readonly Case[]) {
  const diameter = (mm: number | undefined): number | null => (mm === undefined || mm < 0 ? null : mm);
  const scans = cases.map(({ included, excluded, marks }, n) => {
    const place = ([x = 0, y = 0, z = 0, mm]: number[]) => ({ centerMm: [x, y, z], diameterMm: diameter(mm) });
    const reference = { complete: true, nodules: included.map(place), irrelevant: excluded.map(place) };
    const scan = DatasetScan.parse({ id: String(n), patientId: null, path: "-", reference });
    const given = marks.map(([x = 0, y = 0, z = 0, score = 0]): SizedMark => ({ centerMm: [x, y, z], score, diameterMm: null }));
    return { given, ...scoreScan(scan, given, { readersNeeded: 3 }) };
  });
  const numbers = (of: "falsePositives" | "ignored"): number[][] =>
    scans.flatMap((scan, s) => scan[of].map((mark) => [s, scan.given.indexOf(mark)]));
  const nodules = scans.flatMap((scan, s) => scan.nodules.map(({ best }, f) => ({ s, f, best })));
  const { sensitivities, cpm } = froc(
    scans.map((scan) => ({
      lesionScores: scan.nodules.map(({ best }) => best?.score ?? null),
      falsePositives: scan.falsePositives.map(({ score }) => score),
    })),
  );
  return {
    found: nodules.flatMap(({ s, f, best }) => (best === null ? [] : [[s, f, best.score]])),
    missed: nodules.flatMap(({ s, f, best }) => (best === null ? [[s, f]] : [])),
    false: numbers("falsePositives"),
    ignored: numbers("ignored"),
    sensitivities,
    cpm,
  };
}

test.skipIf(!absent || process.env.CI !== "true")("numpy is installed where everything is tested", () => {
  expect(absent).toBe(false);
});

test.skipIf(absent)(
  "hits, misses, false and ignored marks and sensitivities are those of a foreign scorer by LUNA16's rules (needs numpy)",
  () => {
    let [found, missed, ignored, crowded] = [0, 0, 0, 0];
    const sets = Array.from({ length: 40 }, (_, seed) => randomSet(seed));
    const answers = JSON.parse(execFileSync(python, ["-c", rules], { input: JSON.stringify(sets), encoding: "utf8" }));
    for (const [n, cases] of sets.entries()) {
      const foreign = answers[n];
      const { sensitivities, cpm, ...lists } = ours(cases);
      expect(lists).toEqual({ found: foreign.found, missed: foreign.missed, false: foreign.false, ignored: foreign.ignored });
      expect(sensitivities.map((value, n) => Math.abs(value - foreign.sensitivities[n])).every((gap) => gap < 1e-12)).toBe(true);
      expect(cpm).toBeCloseTo(foreign.cpm, 12);
      found += foreign.found.length;
      missed += foreign.missed.length;
      ignored += foreign.ignored.length;
      crowded += cases.filter(({ marks }) => marks.length > 100).length;
    }
    // the cases exercise every rule
    expect(Math.min(found, missed, ignored, crowded)).toBeGreaterThan(50);
  },
);
