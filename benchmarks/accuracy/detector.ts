/**
 * The semi-synthetic test of the lung-nodule finder: real nodules set into other real scans by two insertion methods, and shams:
 *
 *     node benchmarks/accuracy/detector.ts DATA_DIR [--finder net|rules] [--set calibration|test] [--threads N] [--out NAME] [--trial]
 *
 * writes results/NAME.json, .md and .svg. `calibration` is for choosing operating points and the score's calibration (calibrate.ts); `test` uses
 * the test half of the nodules and is run once for a figure that stands. `--trial` reads one volume a method of the calibration set and writes nothing unless --out names a place.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type SeededRandom, seededRandom } from "../../src/base/seeded-random.ts";
import { insertByGradient } from "../../src/evaluation/insert-by-gradient.ts";
import { insertNodule } from "../../src/evaluation/insert-nodule.ts";
import { scanChecksum } from "../../src/main/scan-checksum.ts";
import { ThreadPool } from "../../src/main/thread-pool.ts";
import type { ModelCard } from "../../src/models/card.ts";
import { loadBackground, realScans } from "./backgrounds.ts";
import { type DetectorResults, detectorReport } from "./detector-report.ts";
import { dealNodules, type FilledVolume, fill, planInsertions, readFilled } from "./fill-volume.ts";
import { frocFigures } from "./filled-figures.ts";
import { type FinderName, finderName, finders, finderText, rememberingModels } from "./finders.ts";
import { loadNodule, type NoduleRow, readNoduleTable } from "./lidc-nodules.ts";
import { commit, filesSha256, machine } from "./provenance.ts";
import { type Chain, lungsOf } from "./read-scan.ts";
import { readShams, type Sham } from "./sham-volume.ts";
import type { Splits } from "./split-patients.ts";

const SEED = 11;
/** Outlines of larger nodules find no plain lung. */
const MOST_SHAM_MM = 15;

/** Which half of the validation nodules goes into which scans: each nodule into so many of them. */
interface Setup {
  readonly half: "calibration" | "test";
  readonly backgrounds: readonly string[];
  readonly backgroundsANodule: number;
  readonly volumesABackground: number;
  readonly shamVolumesABackground: number;
  readonly shamsAVolume: number;
}
const setups: Readonly<Record<"calibration" | "test", Setup>> = {
  calibration: {
    half: "calibration",
    backgrounds: ["LIDC-IDRI-0001", "LIDC-IDRI-0306"],
    backgroundsANodule: 2,
    volumesABackground: 4,
    shamVolumesABackground: 3,
    shamsAVolume: 36,
  },
  test: {
    half: "test",
    backgrounds: ["LIDC-IDRI-0001", "LIDC-IDRI-0002", "normal002"],
    backgroundsANodule: 2,
    volumesABackground: 3,
    shamVolumesABackground: 3,
    shamsAVolume: 36,
  },
};

interface Options {
  readonly dataFolder: string;
  readonly finder: FinderName;
  readonly set: keyof typeof setups;
  readonly threads: number;
  /** null: only printed. */
  readonly name: string | null;
  readonly trial: boolean;
}

function options(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      finder: { type: "string", default: "net" },
      set: { type: "string", default: "calibration" },
      threads: { type: "string", default: "2" },
      out: { type: "string" },
      trial: { type: "boolean", default: false },
    },
  });
  const [dataFolder] = positionals;
  const { set, trial } = values;
  if (dataFolder === undefined || (set !== "calibration" && set !== "test") || (trial && set === "test"))
    throw new Error("usage: detector.ts DATA_DIR [--finder net|rules] [--set calibration|test] [--threads N] [--out NAME] [--trial]");
  const finder = finderName(values.finder);
  return {
    dataFolder,
    finder,
    set,
    threads: Number(values.threads),
    name: values.out ?? (trial ? null : `detector-${finder}-${set}`),
    trial,
  };
}

interface Read {
  readonly volumes: FilledVolume[];
  readonly secondMethod: FilledVolume[];
  readonly shams: Sham[];
  readonly backgrounds: DetectorResults["backgrounds"][number][];
}

async function run({ dataFolder, finder, set, threads, name, trial }: Options): Promise<void> {
  const started = performance.now();
  const pool = new ThreadPool(threads);
  const { models, cards } = rememberingModels(threads);
  const setup = trial ? { ...setups[set], backgrounds: setups[set].backgrounds.slice(0, 1) } : setups[set];
  const splits = JSON.parse(await readFile(new URL("splits.json", import.meta.url), "utf8")) as Splits;
  const nodules = join(dataFolder, "lidc-nodules");
  const rows = (await readNoduleTable(nodules)).filter(({ patientId }) => splits[setup.half].includes(patientId));
  const read = await readAll(dataFolder, rows, setup, { finder: finders[finder], models, threads: pool }, trial);
  await pool.close();
  const leaked = trainedOn(cards(), [...new Set(rows.map(({ patientId }) => patientId))]);
  if (leaked.length > 0) throw new Error(`patients of these nodules trained the nets: ${leaked.join(", ")}`);
  const results: DetectorResults = {
    what: `semi-synthetic: nodules of lidc-nodules/validation, ${setup.half} half, set into other scans`,
    set,
    finder: finderText(finder, cards()),
    operatingPoint: finders[finder].operatingPoints.screening,
    machine: machine(threads),
    commit: commit(),
    seed: SEED,
    seconds: Math.round((performance.now() - started) / 1000),
    nodulesSha256: await filesSha256(nodules, ["nodules.csv", ...rows.flatMap(({ file }) => [`images/${file}`, `agreement/${file}`])]),
    ...read,
    backgrounds: read.backgrounds.map((one) => ({
      ...one,
      trained: cards()
        .filter((card) => trainedOn([card], [one.id]).length > 0)
        .map(({ id }) => id),
    })),
  };
  const text = detectorReport(results, await rulesResults(finder, set));
  console.log(text);
  if (name === null) return;
  const folder = new URL("results/", import.meta.url);
  await mkdir(folder, { recursive: true });
  const title = `Semi-synthetic ${set} set, ${results.volumes.length} volumes`;
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(new URL(`${name}.md`, folder), `${text}\n![FROC curve](${name}.svg)\n`);
  await writeFile(new URL(`${name}.svg`, folder), frocFigures(results.volumes, title, results.operatingPoint.score).svg);
}

async function readAll(dataFolder: string, rows: readonly NoduleRow[], setup: Setup, chain: Chain, trial: boolean): Promise<Read> {
  const random = seededRandom(SEED);
  const load = (hand: readonly NoduleRow[]) =>
    Promise.all(hand.map(async (row) => ({ row, patch: await loadNodule(join(dataFolder, "lidc-nodules"), row) })));
  const read: Read = { volumes: [], secondMethod: [], shams: [], backgrounds: [] };
  for (const [at, own] of forEachBackground(rows, setup, random).entries()) {
    const scan = realScans.find(({ id }) => id === setup.backgrounds[at])!;
    const background = await loadBackground(dataFolder, scan, chain.threads);
    const sha256 = await scanChecksum(join(dataFolder, scan.folder, "dicom"), new AbortController().signal);
    read.backgrounds.push({
      id: scan.id,
      seriesInstanceUid: background.seriesInstanceUid,
      sha256,
      sliceSpacingMm: background.volume.grid.spacingMm[2],
      trained: [],
    });
    const { labels } = await lungsOf(background.volume, chain.threads);
    for (const [repeat, hand] of dealNodules(own, setup.volumesABackground, random).entries()) {
      if (trial && repeat > 0) break;
      const plan = planInsertions(background, labels, await load(hand), random);
      for (const [method, into] of [
        [insertNodule, read.volumes],
        [insertByGradient, read.secondMethod],
      ] as const) {
        const one = await readFilled(background, repeat, fill(background.volume, plan, method), chain);
        into.push(one);
        console.error(
          `${one.id} by ${method.name}: ${one.insertions.filter(({ rank }) => rank !== null).length} of ${one.insertions.length} among ${one.candidates} candidates, ${one.seconds} s`,
        );
      }
    }
    const small = own.filter(({ diameterMm }) => diameterMm <= MOST_SHAM_MM);
    for (let repeat = 0; repeat < (trial ? 1 : setup.shamVolumesABackground); repeat++) {
      const [shuffled] = dealNodules(small, 1, random);
      read.shams.push(...(await readShams(background, labels, await load(shuffled!.slice(0, setup.shamsAVolume)), random, chain)));
      console.error(`${scan.id}: ${read.shams.length} shams so far`);
    }
  }
  return read;
}

/** Nodules of each background: dealt into as many parts as there are backgrounds, part n goes into background n and those after it. */
function forEachBackground(rows: readonly NoduleRow[], { backgrounds, backgroundsANodule }: Setup, random: SeededRandom): NoduleRow[][] {
  const parts = dealNodules(rows, backgrounds.length, random);
  return backgrounds.map((_, at) =>
    Array.from({ length: Math.min(backgroundsANodule, parts.length) }, (_, n) => parts[(at - n + parts.length) % parts.length]!).flat(),
  );
}

/** Which of these patients or scans trained a net. */
const trainedOn = (cards: readonly ModelCard[], ids: readonly string[]): string[] =>
  ids.filter((id) => cards.some(({ training }) => [...training.patients, ...training.scans].includes(id)));

async function rulesResults(finder: FinderName, set: string): Promise<DetectorResults | null> {
  if (finder === "rules") return null;
  const text = await readFile(new URL(`results/detector-rules-${set}.json`, import.meta.url), "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as DetectorResults);
}

await run(options());
