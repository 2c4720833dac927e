import { Fault } from "../base/fault.ts";
import { type CsvRow, csvText, parseCsv } from "./csv.ts";
import { type DatasetScan, scanNames } from "./manifest.ts";
import type { Mark } from "./match.ts";

/** A mark and, where it was measured, how large. */
export interface SizedMark extends Mark {
  readonly diameterMm: number | null;
}

/** The marks of each scan, by scan id. */
export type ScanMarks = ReadonlyMap<string, readonly SizedMark[]>;

const columns = ["seriesuid", "coordX", "coordY", "coordZ", "probability"] as const;

/**
 * Marks in LUNA16's convention: seriesuid, coordX, coordY, coordZ (DICOM LPS, mm), probability (any number; higher is more suspicious) and, where
 * known, diameter_mm. `seriesuid` is a scan's id or its SeriesInstanceUID. Scans without a row have no mark.
 * @throws Fault evaluation.csv-column, evaluation.csv-number, evaluation.marks-duplicate, evaluation.marks-unknown-scan: nothing is passed over in silence
 */
export function readMarksCsv(text: string, scans: readonly DatasetScan[]): ScanMarks {
  const table = csvTable(text, columns);
  const idOf = new Map(scans.flatMap((scan) => scanNames(scan).map((name) => [name, scan.id])));
  const marks = new Map<string, SizedMark[]>(scans.map(({ id }) => [id, []]));
  const lineOf = new Map<string, number>();
  for (const row of table) {
    const id = idOf.get(row.text("seriesuid"));
    if (id === undefined) throw new Fault("evaluation.marks-unknown-scan", { line: row.line });
    const centerMm = [row.number("coordX"), row.number("coordY"), row.number("coordZ")] as const;
    const place = JSON.stringify([id, centerMm]);
    const first = lineOf.get(place);
    if (first !== undefined) throw new Fault("evaluation.marks-duplicate", { line: row.line, first });
    lineOf.set(place, row.line);
    const diameterMm = row.text("diameter_mm") === "" ? null : row.number("diameter_mm");
    marks.get(id)?.push({ centerMm, score: row.number("probability"), diameterMm });
  }
  return marks;
}

/** The same convention written. */
export function marksCsv(marks: ScanMarks): string {
  const rows = [...marks].flatMap(([id, own]) => own.map(({ centerMm, score, diameterMm }) => [id, ...centerMm, score, diameterMm]));
  return csvText([...columns, "diameter_mm"], rows);
}

/** A row whose cells are asked for by column; an absent optional column is an empty text. */
export interface NamedRow {
  readonly line: number;
  readonly text: (column: string) => string;
  /** @throws Fault evaluation.csv-number when the cell holds no finite number */
  readonly number: (column: string) => number;
}

/** @throws Fault evaluation.csv-column when a column is absent */
export function csvTable(text: string, required: readonly string[]): NamedRow[] {
  const [header, ...rows] = parseCsv(text);
  const names = header?.cells ?? [];
  for (const column of required) if (!names.includes(column)) throw new Fault("evaluation.csv-column", { column });
  return rows.map((row) => namedRow(row, names));
}

function namedRow({ line, cells }: CsvRow, names: readonly string[]): NamedRow {
  const text = (column: string): string => cells[names.indexOf(column)] ?? "";
  const number = (column: string): number => {
    const value = Number(text(column));
    if (text(column) === "" || !Number.isFinite(value)) throw new Fault("evaluation.csv-number", { line, column });
    return value;
  };
  return { line, text, number };
}
