import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { netOperatingPoints } from "../../src/analyses/lung-nodule/net-operating-points.ts";
import { clopperPearsonInterval, poissonInterval } from "../../src/evaluation/intervals.ts";
import { OperatingPointName } from "../../src/findings/operating-point.ts";

const result = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../benchmarks/accuracy/results/${name}.json`, import.meta.url), "utf8")) as {
    finder: string;
    volumes: { complete: boolean; insertions: { score: number | null }[]; falsePositives: number[] }[];
    real: { complete: boolean; strictMarks: { score: number }[] }[];
  };
const [testSet, real] = [result("detector-net-test"), result("candidates-net-held-out")];

test.each(OperatingPointName.options)("what the point %s is said to do stands in the committed results, of the nets in models/", (name) => {
  const { score, figures } = netOperatingPoints[name];
  const insertions = testSet.volumes.flatMap((volume) => volume.insertions);
  const hits = insertions.filter((one) => (one.score ?? 0) >= score).length;
  const volumes = testSet.volumes.filter(({ complete }) => complete);
  const falsePositives = volumes.flatMap((volume) => volume.falsePositives).filter((one) => one >= score).length;
  const scans = real.real.filter(({ complete }) => complete);
  const strict = scans.flatMap(({ strictMarks }) => strictMarks).filter((one) => one.score >= score).length;
  const expected = [
    { share: hits / insertions.length, n: insertions.length, exact: clopperPearsonInterval(hits, insertions.length), digits: 3 },
    { share: falsePositives / volumes.length, n: volumes.length, exact: poissonInterval(falsePositives, volumes.length), digits: 2 },
    { share: strict / scans.length, n: scans.length, exact: poissonInterval(strict, scans.length), digits: 2 },
  ].map(({ share, n, exact: { low, high }, digits }) => ({ n, said: [share, low, high].map((value) => Number(value.toFixed(digits))) }));
  expect(figures.map(({ n, value, interval }) => ({ n, said: [value, ...interval] }))).toEqual(expected);
  for (const id of ["lung-nodule-detector", "lung-nodule-false-positive"]) {
    const { sha256 } = JSON.parse(readFileSync(new URL(`../../models/${id}/card.json`, import.meta.url), "utf8")) as { sha256: string };
    expect(testSet.finder).toContain(sha256);
    expect(real.finder).toContain(sha256);
  }
});
