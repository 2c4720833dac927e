import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Fault } from "../base/fault.ts";
import type { EvaluateCommand } from "../cli/arguments.ts";
import { admitted, type Cleared, clearTrained } from "../evaluation/leakage.ts";
import type { DatasetManifest } from "../evaluation/manifest.ts";
import { readMarksCsv } from "../evaluation/marks-csv.ts";
import { say } from "../words/say.ts";
import { finishEvaluation, type Gathered } from "./finish-evaluation.ts";
import type { OpenDataset } from "./open-dataset.ts";
import { ownMarks } from "./own-marks.ts";
import { trainingOf, trainingsIn } from "./training-file.ts";
import { writeWhole } from "./write-whole.ts";

/** One fold as its recipe sees it, in fold.json. */
interface Fold {
  readonly name: string;
  readonly folder: string;
  /** Folder that the scans' paths are relative to. */
  readonly data: string;
  readonly train: DatasetManifest;
  readonly test: DatasetManifest;
}

/**
 * LUNA16's cross-validation: for each subset the recipe trains on the others, and this subset is scored with what it leaves; then all subsets
 * together. The recipe is a program that is called with a fold's folder, reads fold.json there and leaves one of two things: nets in models/
 * (as this program's own, with cards), with which the program then marks the test scans; or marks.csv of the test scans, with training.json
 * (a card, or training patients and scans alone). A recipe that ended well is not called again.
 * @returns the exit code
 * @throws Fault evaluation.no-subsets, evaluation.recipe-failed, evaluation.recipe-left-nothing, evaluation.fold-contaminated
 */
export async function retrainFolds(command: EvaluateCommand, recipe: string, dataset: OpenDataset, signal: AbortSignal): Promise<number> {
  const { manifest, data, sha256 } = dataset;
  const out = resolve(command.out);
  const subsets = Map.groupBy(manifest.scans, ({ path }) => /^subset(\d+)[\\/]/.exec(path)?.[1] ?? "");
  const names = [...subsets.keys()].filter((name) => name !== "").sort((a, b) => Number(a) - Number(b));
  if (names.length < 2) throw new Fault("evaluation.no-subsets");
  const gathered: Gathered[] = [];
  for (const name of names) {
    const scansOf = (wanted: (one: string) => boolean) => names.filter(wanted).flatMap((one) => subsets.get(one) ?? []);
    const test = { ...manifest, split: `subset ${name}`, scans: scansOf((one) => one === name) };
    const train = { ...manifest, split: `all but subset ${name}`, scans: scansOf((one) => one !== name) };
    const nodules = test.scans.flatMap(({ reference }) => reference.nodules).length;
    process.stderr.write(
      `${say(command.language, "evaluation.fold", { fold: name, of: names.length, scans: test.scans.length, nodules })}\n`,
    );
    const fold = { name, folder: join(out, "folds", name), data, train, test };
    const marks = await foldMarks(command, recipe, fold, signal);
    gathered.push(marks);
    await finishEvaluation(command, { manifest: test, sha256 }, fold.folder, marks);
  }
  const split = `${manifest.split}, cross-validated over ${names.length} subsets`;
  return finishEvaluation(command, { manifest: { ...manifest, split }, sha256 }, out, together(gathered));
}

async function foldMarks(command: EvaluateCommand, recipe: string, fold: Fold, signal: AbortSignal): Promise<Gathered> {
  const { name, folder, data, train, test } = fold;
  const [list, training, models] = [join(folder, "marks.csv"), join(folder, "training.json"), join(folder, "models")];
  const done = join(folder, "recipe-done");
  if (!existsSync(done)) {
    await writeWhole(join(folder, "fold.json"), `${JSON.stringify({ name, data, train, test })}\n`);
    const code = await exitOf(recipe, folder, signal);
    if (code !== 0) throw new Fault("evaluation.recipe-failed", { fold: name, code: code ?? "?" });
    if (!existsSync(models) && !(existsSync(list) && existsSync(training)))
      throw new Fault("evaluation.recipe-left-nothing", { fold: name });
    await writeWhole(done, "");
  }
  const trainings = existsSync(models) ? await trainingsIn(models) : [await trainingOf("--recipe", training)];
  const { language, allowContaminated } = command;
  const tested = admitted(
    testScans(
      fold,
      clearTrained(
        { scans: [...train.scans, ...test.scans] },
        trainings.map((one) => one.training),
      ),
    ),
    allowContaminated,
  );
  if (tested.leakage.state === "clean" && tested.leakage.trained.length > 0)
    throw new Fault("evaluation.fold-contaminated", { fold: name, count: tested.leakage.trained.length });
  if (existsSync(models)) return ownMarks(tested, null, { data, cache: join(folder, "marks"), models, language, signal });
  return {
    source: "file",
    ...tested,
    marks: readMarksCsv(await readFile(list, "utf8"), test.scans),
    operatingPoint: null,
    checksums: new Map(),
    models: trainings.flatMap((one) => one.models),
    notRead: [],
  };
}

function testScans({ test }: Fold, { clean, trained, unknown }: Cleared): Cleared {
  const own = new Set(test.scans);
  const tested = (scans: Cleared["clean"]) => scans.filter((scan) => own.has(scan));
  return { clean: tested(clean), trained: tested(trained), unknown: tested(unknown) };
}

function together(folds: readonly Gathered[]): Gathered {
  const leakages = folds.map(({ leakage }) => leakage);
  return {
    source: folds.some(({ source }) => source === "file") ? "file" : "program",
    scans: folds.flatMap(({ scans }) => scans),
    marks: new Map(folds.flatMap(({ marks }) => [...marks])),
    checksums: new Map(folds.flatMap(({ checksums }) => [...checksums])),
    operatingPoint: folds[0]?.operatingPoint ?? null,
    leakage: {
      state: leakages.some(({ state }) => state === "contaminated") ? "contaminated" : "clean",
      trained: leakages.flatMap(({ trained }) => trained),
      unknown: leakages.flatMap(({ unknown }) => unknown),
    },
    models: folds.flatMap(({ models }) => models),
    notRead: folds.flatMap(({ notRead }) => notRead),
  };
}

/** Runs the recipe; what it prints goes to standard error. */
function exitOf(recipe: string, folder: string, signal: AbortSignal): Promise<number | null> {
  return new Promise((done, failed) => {
    const child = spawn(recipe, [folder], { stdio: ["ignore", 2, 2], signal });
    child.on("error", (error) => failed(signal.aborted ? error : new Fault("cli.file-missing", { option: "--recipe" }, error)));
    child.on("close", done);
  });
}
