/**
 * Sensitivity of the candidate stage and of the whole chain, by the net or by rules, on real nodules set into other real scans (semi-synthetic),
 * and what the chain marks on the scans as they are:
 *
 *     node benchmarks/accuracy/candidates.ts DATA_DIR [--finder net|rules] [--backgrounds development|held-out] [--threads N] [--out NAME]
 *         [--pictures]
 *
 * With --pictures each mark on no nodule of a completely read real scan goes into pictures/marks-SCAN.png. Nodules come from the calibration half of the validation patients (splits.json), never from the test half.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { ThreadPool } from "../../src/main/thread-pool.ts";
import type { RgbImage } from "../../src/render/canvas.ts";
import { png } from "../../src/render/png.ts";
import { inlineThreads, type Threads } from "../../src/volume/threads.ts";
import { type Background, developmentBackgrounds, heldOutBackgrounds, loadBackground, realScans } from "./backgrounds.ts";
import { candidatesReport, type Results } from "./candidates-report.ts";
import { dealNodules, type FilledVolume, fillVolume } from "./fill-volume.ts";
import { type FinderName, finders, finderText, rememberingModels } from "./finders.ts";
import { loadNodule, readNoduleTable } from "./lidc-nodules.ts";
import { markSheet } from "./mark-sheet.ts";
import { commit, machine } from "./provenance.ts";
import { type Chain, type RealScanRead, readScan, scoreRealScan, strictMarks } from "./read-scan.ts";
import type { Splits } from "./split-patients.ts";

const SEED = 7;
const VOLUMES_PER_BACKGROUND = 2;

interface Options {
  readonly dataFolder: string;
  readonly finder: FinderName;
  readonly backgrounds: "development" | "held-out";
  readonly threads: number;
  readonly name: string;
  readonly pictures: boolean;
}

function options(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      finder: { type: "string", default: "net" },
      backgrounds: { type: "string", default: "development" },
      threads: { type: "string", default: "2" },
      out: { type: "string" },
      pictures: { type: "boolean", default: false },
    },
  });
  const [dataFolder] = positionals;
  const { backgrounds, finder, pictures } = values;
  if (dataFolder === undefined || (backgrounds !== "development" && backgrounds !== "held-out") || (finder !== "net" && finder !== "rules"))
    throw new Error(
      "usage: candidates.ts DATA_DIR [--finder net|rules] [--backgrounds development|held-out] [--threads N] [--out NAME] [--pictures]",
    );
  return {
    dataFolder,
    finder,
    backgrounds,
    threads: Number(values.threads),
    name: values.out ?? `candidates-${finder}-${backgrounds}`,
    pictures,
  };
}

async function run({ dataFolder, finder, backgrounds, threads: count, name, pictures }: Options): Promise<void> {
  const started = performance.now();
  const pool = count > 0 ? new ThreadPool(count) : null;
  const threads: Threads = pool ?? inlineThreads;
  const { models, cards } = rememberingModels(count || 1);
  const chain: Chain = { finder: finders[finder], models, threads };
  const chosen = backgrounds === "development" ? developmentBackgrounds : heldOutBackgrounds;
  const filled = await insertAndRead(dataFolder, chosen, chain);
  const real: RealScanRead[] = [];
  for (const scan of backgrounds === "development"
    ? realScans.filter(({ id }) => !heldOutBackgrounds.some((held) => held.id === id))
    : realScans) {
    const loaded = await loadBackground(dataFolder, scan, threads);
    const read = await readScan(loaded.volume, chain, true);
    const { operatingPoints } = chain.finder;
    real.push(scoreRealScan(loaded, read, operatingPoints));
    const marks = strictMarks(loaded, read, operatingPoints.screening.score);
    if (pictures && scan.complete) await writeMarks(scan.id, markSheet(loaded.volume, marks));
    console.log(`${scan.id}: ${real.at(-1)!.shown} marks at the operating point`);
  }
  const results: Results = {
    what: "semi-synthetic: nodules of lidc-nodules/validation, calibration half, set into other scans; and real scans as they are",
    finder: finderText(finder, cards()),
    backgrounds,
    operatingPoints: Object.entries(chain.finder.operatingPoints).map(([name, { score }]) => ({ name, score })),
    machine: machine(count || 1),
    commit: commit(),
    seed: SEED,
    seconds: Math.round((performance.now() - started) / 1000),
    volumes: filled,
    real,
  };
  const folder = new URL("results/", import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(results, null, 1)}\n`);
  const text = candidatesReport(results);
  await writeFile(new URL(`${name}.md`, folder), text);
  console.log(text);
  await pool?.close();
}

async function writeMarks(id: string, sheet: RgbImage | null): Promise<void> {
  const file = new URL(`pictures/marks-${id}.png`, import.meta.url);
  if (sheet === null) await rm(file, { force: true });
  else await writeFile(file, png(sheet));
}

async function insertAndRead(dataFolder: string, backgrounds: readonly Background[], chain: Chain): Promise<FilledVolume[]> {
  const splits = JSON.parse(await readFile(new URL("splits.json", import.meta.url), "utf8")) as Splits;
  const nodules = join(dataFolder, "lidc-nodules");
  const rows = (await readNoduleTable(nodules)).filter((row) => splits.calibration.includes(row.patientId));
  const random = seededRandom(SEED);
  const hands = dealNodules(rows, backgrounds.length * VOLUMES_PER_BACKGROUND, random);
  const filled: FilledVolume[] = [];
  for (const [at, background] of backgrounds.entries()) {
    const loaded = await loadBackground(dataFolder, background, chain.threads);
    for (let repeat = 0; repeat < VOLUMES_PER_BACKGROUND; repeat++) {
      const hand = await Promise.all(
        hands[at * VOLUMES_PER_BACKGROUND + repeat]!.map(async (row) => ({ row, patch: await loadNodule(nodules, row) })),
      );
      const one = await fillVolume(loaded, repeat, hand, random, chain);
      filled.push(one);
      const found = one.insertions.filter(({ rank }) => rank !== null).length;
      console.log(`${one.id}: ${found} of ${one.insertions.length} among ${one.candidates} candidates, ${one.seconds} s`);
    }
  }
  return filled;
}

await run(options());
