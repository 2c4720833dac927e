import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { commit, machine } from "../accuracy/provenance.ts";

const results = join(import.meta.dirname, "results");

/** Where and on what a figure was made: the line that stands under every title. */
export const madeOn = (): string => `${machine(2)}, shared with other work (load ${loadavg()[0]?.toFixed(1)}); commit ${commit()}`;

/** Writes NAME.json and NAME.md, in the folder of the committed results unless another is given, and prints the text. */
export function writeResults(name: string, report: object, text: string, folder = results): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ commit: commit(), machine: machine(2), ...report }, null, 2)}\n`);
  writeFileSync(join(folder, `${name}.md`), text);
  console.log(text);
}

export const tableRow = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
