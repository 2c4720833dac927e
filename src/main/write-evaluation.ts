import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Evaluation } from "../evaluation/evaluation.ts";
import { evaluationPage, figuresOf, frocFigure, notices, type Say, subjectOf } from "../evaluation/evaluation-page.ts";
import { evaluationTables } from "../evaluation/evaluation-tables.ts";
import { marksCsv, type ScanMarks } from "../evaluation/marks-csv.ts";
import { type Language, say } from "../words/say.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * Writes an evaluation: evaluation.json, evaluation.html, froc.svg, tables/*.csv and the marks themselves; nothing that a contaminated one writes or
 * returns holds the name LUNA16.
 * @returns the summary for the terminal
 * @throws Fault output.disk-full, output.not-writable
 */
export async function writeEvaluation(folder: string, evaluation: Evaluation, marks: ScanMarks, language: Language): Promise<string> {
  const stamped = (text: string): string =>
    evaluation.leakage.state === "contaminated" ? text.replace(/luna[-_ ]?16/gi, say(language, "evaluation.stamp")) : text;
  const words: Say = (code, values) => say(language, code, values);
  const json = stamped(JSON.stringify(Evaluation.parse(evaluation), null, 2));
  const files: Record<string, string> = {
    "evaluation.json": `${json}\n`,
    "evaluation.html": stamped(evaluationPage(evaluation, language, words)),
    "tables/marks.csv": marksCsv(marks),
  };
  const plot = frocFigure(evaluation, words);
  if (plot !== null) files["froc.svg"] = plot;
  else await rm(join(folder, "froc.svg"), { force: true });
  for (const [name, text] of Object.entries(evaluationTables(evaluation))) files[`tables/${name}`] = stamped(text);
  for (const [name, text] of Object.entries(files)) await writeWhole(join(folder, name), text);
  return stamped(summaryOf(evaluation, join(folder, "evaluation.html"), words));
}

function summaryOf(evaluation: Evaluation, page: string, words: Say): string {
  const { dataset, froc } = evaluation;
  const fixed = (share: number): string => share.toFixed(3);
  return [
    words("evaluation.title", { id: dataset.id }),
    subjectOf(evaluation, words),
    ...notices(evaluation, words).map(({ said }) => said),
    ...(froc !== null
      ? [words("evaluation.summary-cpm", { value: fixed(froc.cpm.value), low: fixed(froc.cpm.low), high: fixed(froc.cpm.high) })]
      : []),
    ...figuresOf(evaluation, words).map((figure) => words("evaluation.summary-figure", figure)),
    words("evaluation.written-to", { path: page }),
  ].join("\n");
}
