/**
 * How much the lung-nodule finder loses when scans are noisier, softer, sharper, thicker, enhanced, mirrored, cropped or shifted: the same
 * calibration nodules set into the same scans, then changed and read:
 *
 *     node benchmarks/accuracy/robustness.ts DATA_DIR [--finder net|rules] [--threads N] [--out NAME] [--trial]
 *
 * writes results/NAME.json, .md and .svg. `--trial` reads four changes of one volume and writes nothing unless --out names a place.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../../src/base/seeded-random.ts";
import {
  blurred,
  contrasted,
  halfVoxelOff,
  mirrored,
  noiseCorrelationVoxels,
  noisier,
  sharpened,
  thicker,
} from "../../src/evaluation/degrade.ts";
import { insertNodule } from "../../src/evaluation/insert-nodule.ts";
import { clopperPearsonInterval, poissonInterval } from "../../src/evaluation/intervals.ts";
import { ThreadPool } from "../../src/main/thread-pool.ts";
import { boxOf, crop, growBox } from "../../src/volume/crop.ts";
import type { Vector3 } from "../../src/volume/space.ts";
import type { Mask, Volume } from "../../src/volume/volume.ts";
import { loadBackground, realScans } from "./backgrounds.ts";
import { dealNodules, type FilledVolume, fill, planInsertions, readFilled } from "./fill-volume.ts";
import { falseText, insertionsOf, isShown, shownText, table } from "./filled-figures.ts";
import { type FinderName, finderName, finders, finderText, rememberingModels } from "./finders.ts";
import { loadNodule, readNoduleTable } from "./lidc-nodules.ts";
import { type Panel, type PlotPoint, plot } from "./plot.ts";
import { commit, machine } from "./provenance.ts";
import { lungsOf } from "./read-scan.ts";
import type { Splits } from "./split-patients.ts";

const SEED = 13;
const NODULES_A_VOLUME = 20;
/** 0295 has thin slices, which the others have not; it trained the nets. */
const backgrounds = ["LIDC-IDRI-0001", "LIDC-IDRI-0306", "LIDC-IDRI-0295"];
/** Slices are averaged no thicker than this. */
const THICKEST_MM = 5.1;
const CROP_MM = 20;

type Changed = Volume | { readonly volume: Volume; readonly moved: (point: Vector3) => Vector3 };
interface Change {
  readonly family: "as it is" | "noise" | "kernel" | "thickness" | "contrast" | "mirrored" | "cropped and shifted";
  readonly name: string;
  /** null where the change says nothing of a scan. */
  readonly apply: (scan: Volume, lungs: Mask) => Changed | null;
}

const thickness = (slices: number): Change => ({
  family: "thickness",
  name: `${slices} slices averaged`,
  apply: (scan) => (scan.grid.spacingMm[2] * slices > THICKEST_MM ? null : thicker(scan, slices)),
});

const changes: readonly Change[] = [
  { family: "as it is", name: "as it is", apply: (scan) => scan },
  ...[10, 20, 40].map(
    (hu): Change => ({
      family: "noise",
      name: `noise ${hu} HU`,
      apply: (scan) => noisier(scan, hu, noiseCorrelationVoxels(scan), seededRandom(SEED)),
    }),
  ),
  { family: "kernel", name: "sharper ×1", apply: (scan) => sharpened(scan, 1) },
  { family: "kernel", name: "softer .5 mm", apply: (scan) => blurred(scan, 0.5) },
  { family: "kernel", name: "softer 1 mm", apply: (scan) => blurred(scan, 1) },
  thickness(2),
  thickness(4),
  { family: "contrast", name: "contrast +100 HU", apply: (scan) => contrasted(scan, 100) },
  ...([0, 1, 2] as const).map(
    (axis): Change => ({
      family: "mirrored",
      name: `mirrored ${["left–right", "front–back", "head–feet"][axis]}`,
      apply: (scan) => mirrored(scan, axis),
    }),
  ),
  { family: "cropped and shifted", name: `lungs +${CROP_MM} mm`, apply: cropped },
  { family: "cropped and shifted", name: "half a voxel off", apply: (scan) => halfVoxelOff(scan) },
];

function cropped(scan: Volume, lungs: Mask): Volume {
  const margin = scan.grid.spacingMm.map((mm) => Math.ceil(CROP_MM / mm)) as unknown as Vector3;
  return crop(scan, growBox(boxOf(lungs)!, margin, scan.grid.size));
}

interface Row {
  readonly family: Change["family"];
  readonly name: string;
  readonly volumes: readonly FilledVolume[];
}

async function read(dataFolder: string, finder: FinderName, threads: number, trial: boolean) {
  const pool = new ThreadPool(threads);
  const { models, cards } = rememberingModels(threads);
  const chain = { finder: finders[finder], models, threads: pool };
  const splits = JSON.parse(await readFile(new URL("splits.json", import.meta.url), "utf8")) as Splits;
  const folder = join(dataFolder, "lidc-nodules");
  const nodules = (await readNoduleTable(folder)).filter(({ patientId }) => splits.calibration.includes(patientId));
  const random = seededRandom(SEED);
  const hands = dealNodules(nodules, backgrounds.length, random);
  const rows: (Row & { volumes: FilledVolume[] })[] = (trial ? changes.filter((_, n) => n % 4 === 0) : changes).map(({ family, name }) => ({
    family,
    name,
    volumes: [],
  }));
  for (const [at, id] of (trial ? backgrounds.slice(0, 1) : backgrounds).entries()) {
    const background = await loadBackground(dataFolder, realScans.find((scan) => scan.id === id)!, pool);
    const { labels } = await lungsOf(background.volume, pool);
    const hand = await Promise.all(
      hands[at]!.slice(0, NODULES_A_VOLUME).map(async (row) => ({ row, patch: await loadNodule(folder, row) })),
    );
    const filled = fill(background.volume, planInsertions(background, labels, hand, random), insertNodule);
    for (const row of rows) {
      const changed = changes.find(({ name }) => name === row.name)!.apply(filled.host, labels);
      if (changed === null) continue;
      const { volume: host, moved } = "moved" in changed ? changed : { volume: changed, moved: undefined };
      const one = await readFilled(background, 0, { ...filled, host }, chain, moved);
      row.volumes.push(one);
      console.error(
        `${one.id}, ${row.name}: ${one.insertions.filter(({ score }) => isShown(score, one.operatingScore)).length} of ${one.insertions.length}, ${one.seconds} s`,
      );
    }
  }
  await pool.close();
  return { rows, finder: finderText(finder, cards()) };
}

const falseOf = (volumes: readonly FilledVolume[], score: number): number =>
  volumes.flatMap(({ falsePositives }) => falsePositives.filter((own) => own >= score)).length;

function panels(rows: readonly Row[], score: number): Panel[] {
  const x = { from: -0.5, to: rows.length - 0.5, ticks: rows.map(({ name }, n) => [n, name] as const) };
  const lines = (figure: (volumes: readonly FilledVolume[]) => Omit<PlotPoint, "x">): PlotPoint[][] => [
    ...Map.groupBy(
      rows.map((row, n) => ({ family: row.family, x: n, ...figure(row.volumes) })),
      ({ family }) => family,
    ).values(),
  ];
  const rate = (volumes: readonly FilledVolume[]) => ({
    y: falseOf(volumes, score) / volumes.length,
    ...poissonInterval(falseOf(volumes, score), volumes.length),
  });
  const most = Math.ceil(Math.max(1, ...rows.map(({ volumes }) => rate(volumes).y)) * 1.5);
  return [
    {
      xLabel: "",
      yLabel: "sensitivity, exact 95 %",
      x,
      y: { from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
      lines: lines((volumes) => {
        const all = insertionsOf(volumes);
        const hits = all.filter((one) => isShown(one.score, score)).length;
        return { y: hits / all.length, ...clopperPearsonInterval(hits, all.length) };
      }),
    },
    {
      xLabel: "",
      yLabel: "false positives a volume, exact 95 %",
      x,
      y: { from: 0, to: most, ticks: [0, most / 2, most] },
      lines: lines(rate),
    },
  ];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    finder: { type: "string", default: "net" },
    threads: { type: "string", default: "2" },
    out: { type: "string" },
    trial: { type: "boolean", default: false },
  },
});
const [dataFolder] = positionals;
if (dataFolder === undefined) throw new Error("usage: robustness.ts DATA_DIR [--finder net|rules] [--threads N] [--out NAME] [--trial]");
const finder = finderName(values.finder);
const started = performance.now();
const found = await read(dataFolder, finder, Number(values.threads), values.trial);
const rows = found.rows.filter(({ volumes }) => volumes.length > 0);
const operatingPoint = finders[finder].operatingPoints.screening;
const provenance = {
  finder: found.finder,
  operatingPoint,
  machine: machine(Number(values.threads)),
  commit: commit(),
  seed: SEED,
  seconds: Math.round((performance.now() - started) / 1000),
};
const text = `${[
  "# Robustness of the lung-nodule finder",
  `Found by: ${provenance.finder}.`,
  `Machine: ${provenance.machine}. Commit ${provenance.commit} (“+”: with uncommitted changes), seed ${SEED}, ${provenance.seconds} s.`,
  `Semi-synthetic: nodules of the calibration half of splits.json set into ${[...new Set(rows.flatMap(({ volumes }) => volumes.map(({ background }) => background)))].join(", ")}, one volume each, then changed; the same nodules at the same places in every row. LIDC-IDRI-0306 and LIDC-IDRI-0295 trained the detection net, LIDC-IDRI-0295 alone has thin slices (1.25 mm; the others 2.5 mm): averaged only up to 5 mm, so four slices are of 0295 alone. Shown at the operating point (${operatingPoint.name}, score ≥ ${operatingPoint.score}). Exact intervals; volumes of one scan are not independent.`,
  table(
    ["change", "volumes", "shown", "≥ 6 mm", "3–6 mm", "false positives a volume", "lost against as it is", "gained"],
    rows.map(({ name, volumes }) => {
      const shownIn = (of: readonly FilledVolume[]): Set<string> =>
        new Set(
          of.flatMap(({ background, insertions }) =>
            insertions.filter(({ score }) => isShown(score, operatingPoint.score)).map(({ file }) => `${background} ${file}`),
          ),
        );
      const before = shownIn(rows[0]!.volumes.filter(({ background }) => volumes.some((one) => one.background === background)));
      const now = shownIn(volumes);
      return [
        name,
        volumes.length,
        shownText(volumes, operatingPoint.score),
        shownText(volumes, operatingPoint.score, ({ diameterMm }) => diameterMm >= 6),
        shownText(volumes, operatingPoint.score, ({ diameterMm }) => diameterMm < 6),
        falseText(volumes, operatingPoint.score),
        [...before].filter((one) => !now.has(one)).length,
        [...now].filter((one) => !before.has(one)).length,
      ];
    }),
  ),
].join("\n\n")}\n`;
console.log(text);
const name = values.out ?? (values.trial ? null : `robustness-${finder}`);
if (name !== null) {
  const folder = new URL("results/", import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify({ ...provenance, rows }, null, 1)}\n`);
  await writeFile(new URL(`${name}.md`, folder), `${text}\n![sensitivity and false positives by change](${name}.svg)\n`);
  await writeFile(new URL(`${name}.svg`, folder), plot("Robustness of the lung-nodule finder", panels(rows, operatingPoint.score)));
}
