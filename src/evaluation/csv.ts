import { Fault } from "../base/fault.ts";

/** A row of a comma-separated text: the line it begins on, counted from 1, and its cells. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Rows of a comma-separated text, its header among them (RFC 4180; a byte order mark and blank lines are passed by).
 * @throws Fault evaluation.csv-quote when a quotation mark stands where none may
 */
export function parseCsv(given: string): CsvRow[] {
  const text = given.replace(/^\uFEFF/, "");
  const rows: CsvRow[] = [];
  let end = 0;
  let cells: string[] = [];
  let [line, begins] = [1, 1];
  // A cell, quoted or not, and what ends it.
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy)) {
    const [whole, quoted, plain = "", stop = ""] = match;
    end = match.index + whole.length;
    cells.push(quoted?.replaceAll('""', '"') ?? plain.trim());
    line += (quoted?.match(/\n/g)?.length ?? 0) + (stop.endsWith("\n") ? 1 : 0);
    if (stop === ",") continue;
    if (cells.length > 1 || cells[0] !== "") rows.push({ line: begins, cells });
    cells = [];
    begins = line;
  }
  if (end < text.length) throw new Fault("evaluation.csv-quote", { line });
  return rows;
}

/** A table as comma-separated text; null is an empty cell. */
export function csvText(columns: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number | null>>): string {
  const cell = (value: string | number | null): string => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}
