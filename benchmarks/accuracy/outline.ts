/**
 * How well nodules are outlined and measured: on balls made by arithmetic, and on real nodules of lidc-nodules against their readers' consensus.
 *
 *     node benchmarks/accuracy/outline.ts DATA_DIR [--patients calibration|test|train] [--pictures FOLDER]
 *
 * writes results/outline.json. The rules were set on the train patients; the test half of the validation patients is kept for a final figure.
 */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { measureOutline } from "../../src/analyses/lung-nodule/measure.ts";
import { outlineAt } from "../../src/analyses/lung-nodule/outline.ts";
import { mean, median } from "../../src/base/stats.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { type NoduleScore, noduleCases, scoreNodule, summaryOf } from "./outline-nodules.ts";
import { type BallScene, ballScene, plainBall } from "./outline-phantom.ts";
import type { Splits } from "./split-patients.ts";

const scenes: readonly { readonly name: string; readonly change: Partial<BallScene> }[] = [
  { name: "plain", change: {} },
  { name: "noise 25 HU", change: { noiseHu: 25 } },
  { name: "noise 25 HU, soft kernel (σ .9 mm)", change: { noiseHu: 25, blurMm: 0.9 } },
  { name: "noise 30 HU, sharp kernel (σ .35 mm)", change: { noiseHu: 30, blurMm: 0.35 } },
  { name: "noise 25 HU, off centre by .5 .3 .5 voxels", change: { noiseHu: 25, offsetVoxels: [0.5, 0.3, 0.5] } },
  { name: "noise 25 HU, vessel of 3 mm", change: { noiseHu: 25, vesselMm: 3 } },
  { name: "noise 25 HU, a fifth of the diameter in a flat wall", change: { noiseHu: 25, wallShare: 0.2 } },
  { name: "noise 25 HU, half in a flat wall", change: { noiseHu: 25, wallShare: 0.5 } },
  { name: "noise 25 HU, ground glass of −600 HU", change: { noiseHu: 25, hu: -600 } },
  { name: "noise 25 HU, calcified (400 HU)", change: { noiseHu: 25, hu: 400 } },
  { name: "noise 25 HU, slices of 2.5 mm", change: { noiseHu: 25, spacingMm: [0.7, 0.7, 2.5] } },
];
const diametersMm = [3, 4, 5, 6, 8, 10, 14, 20, 25, 33];
const seedsMm = [
  [0, 0, 0],
  [-2.5, 0, 0],
  [-1.7, 1.7, -1.7],
] as const;

const round = (value: number, decimals = 2): number => Math.round(value * 10 ** decimals) / 10 ** decimals;

/** One row: errors at the middle seed, and how far the volume moves with a displaced seed. */
function phantomRow(name: string, change: Partial<BallScene>, diameterMm: number) {
  const scene = { ...plainBall, halfWidthMm: Math.max(26, diameterMm / 2 + 22), diameterMm, ...change };
  const { volume, center } = ballScene(scene);
  const outlines = seedsMm.map(([x, y, z]) => outlineAt(volume, null, patientPoint(center[0] + x, center[1] + y, center[2] + z)));
  const row = { scene: name, diameterMm };
  const [first] = outlines;
  if (first?.kind !== "outline") return { ...row, notMeasurable: first?.because.code };
  const { planes, texture } = measureOutline(first);
  const inWall = scene.wallShare * diameterMm;
  const cap = (Math.PI * inWall ** 2 * (1.5 * diameterMm - inWall)) / 3;
  const truth = (Math.PI * diameterMm ** 3) / 6 - cap;
  const volumes = outlines.map((outline) => (outline.kind === "outline" ? outline.volumeMm3 : Number.NaN));
  return {
    ...row,
    volumeErrorPercent: round((100 * first.volumeMm3) / truth - 100, 1),
    // Embedded balls are cut: their planes have no simple true diameter.
    meanDiameterErrorMm: scene.wallShare > 0 ? null : planes.map((axes) => round(axes.meanDiameterMm - diameterMm)),
    texture,
    volumeChangeWithSeedPercent: round(100 * Math.max(...volumes.map((mm3) => Math.abs(mm3 / first.volumeMm3 - 1))), 1),
  };
}

async function picture(score: NoduleScore, path: string): Promise<void> {
  const { image, consensus, outline } = score;
  const [ni, nj, nk] = image.grid.size;
  const zoom = 5;
  const width = ni * zoom * nk;
  const data = new Uint8Array(3 * width * nj * zoom);
  const n = outline.mask.grid.size[0];
  for (let k = 0; k < nk; k++) {
    for (let y = 0; y < nj * zoom; y++) {
      for (let x = 0; x < ni * zoom; x++) {
        const [i, j] = [Math.floor(x / zoom), Math.floor(y / zoom)];
        const index = i + ni * (j + nj * k);
        const at = 3 * (y * width + k * ni * zoom + x);
        data.fill(Math.min(Math.max(((image.data[index]! + 1350) / 1500) * 255, 0), 255), at, at + 3);
        if (consensus[index]) data[at + 1] = Math.min(255, data[at + 1]! + 50);
        const g = outline.mask.grid;
        const [a, b, c] = [
          Math.round(
            (image.grid.origin[0] + image.grid.directions[0][0] * ((x + 0.5) / zoom - 0.5) * image.grid.spacingMm[0] - g.origin[0]) /
              g.spacingMm[0],
          ),
          Math.round(
            (image.grid.origin[1] + image.grid.directions[1][1] * ((y + 0.5) / zoom - 0.5) * image.grid.spacingMm[1] - g.origin[1]) /
              g.spacingMm[1],
          ),
          Math.round((image.grid.origin[2] + image.grid.directions[2][2] * k * image.grid.spacingMm[2] - g.origin[2]) / g.spacingMm[2]),
        ];
        const inBox = a >= 0 && b >= 0 && c >= 0 && a < n && b < n && c < n;
        if (inBox && outline.mask.data[a + n * (b + n * c)]) data[at] = Math.min(255, data[at]! + 70);
      }
    }
  }
  await writeFile(path, encode({ width, height: nj * zoom, data, channels: 3 }));
}

function textureTable(scores: readonly NoduleScore[]): Record<string, Record<string, number>> {
  const table: Record<string, Record<string, number>> = {};
  for (const { one, figures } of scores) {
    const readers = one.texture <= 2 ? "readers: non-solid (1–2)" : one.texture < 4 ? "readers: between" : "readers: solid (4–5)";
    table[readers] ??= {};
    table[readers][figures.texture] = (table[readers][figures.texture] ?? 0) + 1;
  }
  return table;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { patients: { type: "string", default: "calibration" }, pictures: { type: "string" } },
});
const [dataFolder] = positionals;
const group = values.patients;
if (dataFolder === undefined || (group !== "calibration" && group !== "test" && group !== "train"))
  throw new Error("usage: outline.ts DATA_DIR [--patients calibration|test|train] [--pictures FOLDER]");
const splits = JSON.parse(await readFile(new URL("splits.json", import.meta.url), "utf8")) as Splits;
const folder = join(dataFolder, "lidc-nodules");
const scores: NoduleScore[] = [];
const notMeasured: Record<string, number> = {};
const cases = await noduleCases(folder, new Set(splits[group]));
for (const one of cases) {
  const score = await scoreNodule(folder, one);
  if (typeof score === "string") notMeasured[score] = (notMeasured[score] ?? 0) + 1;
  else scores.push(score);
}
const phantoms = scenes.flatMap(({ name, change }) => diametersMm.map((diameterMm) => phantomRow(name, change, diameterMm)));
const where = (accept: (score: NoduleScore) => boolean) => summaryOf(scores.filter(accept));
const results = {
  what: "development figure, rules only: outlines and measurements of balls made by arithmetic, and of real nodules against their readers' consensus (agreement of at least half of the readers)",
  date: new Date().toISOString().slice(0, 10),
  commit: execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
  machine: `${cpus()[0]?.model}, one thread, shared with other work: times are upper bounds`,
  nodules: {
    data: `lidc-nodules, ${group} patients, nodules with a slice of background at both ends, outlined alone (no lung mask) from the readers' centre`,
    offered: cases.length,
    measured: scores.length,
    notMeasured,
    interval: "95 %, 2,000 resamples of patients",
    all: summaryOf(scores),
    under6Mm: where(({ one }) => one.diameterMm < 6),
    from6To10Mm: where(({ one }) => one.diameterMm >= 6 && one.diameterMm < 10),
    from10To20Mm: where(({ one }) => one.diameterMm >= 10 && one.diameterMm < 20),
    from20Mm: where(({ one }) => one.diameterMm >= 20),
    slicesUpTo1_5Mm: where(({ one }) => one.sliceSpacingMm <= 1.5),
    subsolid: where(({ one }) => one.texture < 4),
    texture: textureTable(scores),
    milliseconds: { mean: round(mean(scores.map((s) => s.milliseconds)), 0), median: round(median(scores.map((s) => s.milliseconds)), 0) },
  },
  phantoms: {
    spacingMm: plainBall.spacingMm,
    lungHu: plainBall.lungHu,
    ballHu: plainBall.hu,
    blurSigmaMm: plainBall.blurMm,
    rows: phantoms,
  },
};
await mkdir(new URL("results/", import.meta.url), { recursive: true });
await writeFile(new URL("results/outline.json", import.meta.url), `${JSON.stringify(results, null, 1)}\n`);
if (values.pictures !== undefined) {
  await mkdir(values.pictures, { recursive: true });
  const worst = [...scores].sort((a, b) => a.dice - b.dice).slice(0, 10);
  for (const [rank, score] of worst.entries()) {
    const name = `${rank}-dice${score.dice.toFixed(2)}-${score.one.file.replace(".nii.gz", "")}.png`;
    await picture(score, join(values.pictures, name));
  }
}
console.log(JSON.stringify(results.nodules, null, 1));
