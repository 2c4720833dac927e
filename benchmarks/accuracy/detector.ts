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
import { scanChecksum } from "../../src/main/scan-checksum.ts";
import { ThreadPool } from "../../src/main/thread-pool.ts";
import type { ModelCard } from "../../src/models/card.ts";
import { type DetectorResults, detectorReport } from "./detector-report.ts";
import { type FilledVolume, readFilled } from "./fill-volume.ts";
import { frocFigures } from "./filled-figures.ts";
import { type FinderName, finderName, finders, finderText, rememberingModels } from "./finders.ts";
import { type MadeVolume, makeVolumes, nodulesOf, SEED, setups } from "./make-volumes.ts";
import { commit, filesSha256, machine } from "./provenance.ts";
import { type Chain, readScan } from "./read-scan.ts";
import { type Sham, scoredShams } from "./sham-volume.ts";

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
  const nodules = join(dataFolder, "lidc-nodules");
  const rows = await nodulesOf(dataFolder, setup.half);
  const chain = { finder: finders[finder], models, threads: pool };
  const read = await readAll(makeVolumes(dataFolder, rows, setup, pool, trial), dataFolder, chain);
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

async function readAll(volumes: AsyncIterable<MadeVolume>, dataFolder: string, chain: Chain): Promise<Read> {
  const read: Read = { volumes: [], secondMethod: [], shams: [], backgrounds: [] };
  for await (const made of volumes) {
    const { background, repeat, kind } = made;
    const { id, folder, seriesInstanceUid, volume } = background;
    if (read.backgrounds.at(-1)?.id !== id) {
      const sha256 = await scanChecksum(join(dataFolder, folder, "dicom"), new AbortController().signal);
      read.backgrounds.push({ id, seriesInstanceUid, sha256, sliceSpacingMm: volume.grid.spacingMm[2], trained: [] });
    }
    if (kind === "shams") {
      read.shams.push(...scoredShams(made.shams, (await readScan(made.host, chain, false)).candidates));
      console.error(`${id}: ${read.shams.length} shams so far`);
      continue;
    }
    const one = await readFilled(background, repeat, made.filled, chain);
    (kind === "blend" ? read.volumes : read.secondMethod).push(one);
    console.error(
      `${one.id} by ${kind}: ${one.insertions.filter(({ rank }) => rank !== null).length} of ${one.insertions.length} among ${one.candidates} candidates, ${one.seconds} s`,
    );
  }
  return read;
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
