import { join, resolve } from "node:path";
import type { EvaluateCommand } from "../cli/arguments.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { admitted, clearTrained } from "../evaluation/leakage.ts";
import { readMarksCsv } from "../evaluation/marks-csv.ts";
import { ownModels } from "./code-checksum.ts";
import { finishEvaluation, type Gathered } from "./finish-evaluation.ts";
import { textOf } from "./given-file.ts";
import { type OpenDataset, openDataset } from "./open-dataset.ts";
import { ownMarks } from "./own-marks.ts";
import { trainingOf, trainingsIn } from "./training-file.ts";

/**
 * `overread evaluate`: marks of this program or of a list, scored against a data set.
 * @returns the exit code: 0 done, 1 when a scan could not be read, 3 when there is nothing to evaluate
 * @throws Fault for a data set or a list that is not as it should be; the signal's reason when interrupted
 */
export async function evaluate(command: EvaluateCommand, signal: AbortSignal): Promise<number> {
  const dataset = await openDataset(command.dataset, command.data);
  if (command.recipe !== null) return (await import("./retrain-folds.ts")).retrainFolds(command, command.recipe, dataset, signal);
  const gathered =
    command.marks === null ? await programMarks(command, dataset, signal) : await listedMarks(command, command.marks, dataset);
  return finishEvaluation(command, dataset, resolve(command.out), gathered);
}

async function programMarks(command: EvaluateCommand, { manifest, data }: OpenDataset, signal: AbortSignal): Promise<Gathered> {
  const given = command.trainedOn === null ? [] : [await trainingOf("--trained-on", command.trainedOn)];
  const trainings = [...(await trainingsIn(ownModels)), ...given].map(({ training }) => training);
  const { out, language, allowContaminated } = command;
  const options = { data, cache: join(resolve(out), "marks"), models: ownModels, language, signal };
  return ownMarks(admitted(clearTrained(manifest, trainings), allowContaminated), asked(command), options);
}

async function listedMarks(command: EvaluateCommand, file: string, { manifest }: OpenDataset): Promise<Gathered> {
  const marks = readMarksCsv(await textOf("--marks", file), manifest.scans);
  const given = command.trainedOn === null ? null : await trainingOf("--trained-on", command.trainedOn);
  const { scans, leakage } = admitted(clearTrained(manifest, given === null ? [] : [given.training]), command.allowContaminated);
  return {
    source: "file",
    scans,
    marks,
    checksums: new Map(),
    operatingPoint: asked(command),
    leakage: given === null ? { state: "not-checked", trained: [], unknown: [] } : leakage,
    models: given?.models ?? [],
    notRead: [],
  };
}

function asked({ threshold }: EvaluateCommand): Evaluation["operatingPoint"] | null {
  return threshold === null ? null : { name: "as-asked", score: threshold, chosen: "by-caller" };
}
