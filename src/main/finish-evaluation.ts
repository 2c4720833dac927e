import { createHash } from "node:crypto";
import { availableParallelism, cpus } from "node:os";
import type { EvaluateCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { evaluateMarks, type MarksToEvaluate } from "../evaluation/evaluate-marks.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { marksCsv } from "../evaluation/marks-csv.ts";
import { say } from "../words/say.ts";
import { codeChecksum } from "./code-checksum.ts";
import type { OpenDataset } from "./open-dataset.ts";
import { version } from "./version.ts";
import { writeEvaluation } from "./write-evaluation.ts";

/** Marks and where they are from, ready to be scored. */
export interface Gathered extends Pick<MarksToEvaluate, "scans" | "marks" | "operatingPoint" | "checksums"> {
  readonly source: "program" | "file";
  readonly leakage: Evaluation["leakage"];
  readonly models: Evaluation["models"];
  readonly notRead: Evaluation["counts"]["notRead"];
}

/**
 * Scores what was gathered, writes it into `out` and says it.
 * @returns the exit code: 0 done, 1 when a scan could not be read, 3 when there is nothing to evaluate
 */
export async function finishEvaluation(
  { language }: Pick<EvaluateCommand, "language">,
  { manifest, sha256 }: Pick<OpenDataset, "manifest" | "sha256">,
  out: string,
  { source, leakage, models, notRead, ...toScore }: Gathered,
): Promise<number> {
  if (toScore.scans.length === 0) {
    const counts = {
      scans: manifest.scans.length,
      trained: leakage.trained.length,
      unknown: leakage.unknown.length,
      notRead: notRead.length,
    };
    for (const { scan, because } of notRead) console.error(`${scan}: ${because.join(" ")}`);
    console.error(say(language, "evaluation.nothing", counts));
    return exitCode.nothingDone;
  }
  const marks = new Map(toScore.scans.map(({ id }) => [id, toScore.marks.get(id) ?? []]));
  const evaluation = evaluateMarks({
    ...toScore,
    dataset: manifest,
    provenance: {
      datasetSha256: sha256,
      notRead,
      leakage,
      models,
      marks: { source, sha256: createHash("sha256").update(marksCsv(marks)).digest("hex") },
      program: {
        ...version(),
        sha256: codeChecksum(),
        machine: `${cpus()[0]?.model ?? "?"}, ${availableParallelism()} threads, Node ${process.version}`,
      },
    },
  });
  console.log(await writeEvaluation(out, evaluation, marks, language));
  return notRead.length > 0 ? exitCode.failed : exitCode.done;
}
