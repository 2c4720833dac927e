import { csvText } from "./csv.ts";
import type { Evaluation } from "./evaluation.ts";

/** An evaluation's tables as CSV files, by name. Each row says whether the figures stand. */
export function evaluationTables({ froc, tables, scans, missed, falsePositives, leakage }: Evaluation): Readonly<Record<string, string>> {
  const table = (columns: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number | null>>): string =>
    csvText(
      [...columns, "leakage"],
      rows.map((row) => [...row, leakage.state]),
    );
  return {
    "froc.csv": table(
      ["false_positives_per_scan", "sensitivity", "low", "high"],
      (froc?.curve ?? []).map((point) => [point.falsePositivesPerScan, point.sensitivity, point.low, point.high]),
    ),
    "groups.csv": table(
      [
        "by",
        "group",
        "found",
        "nodules",
        "sensitivity",
        "low",
        "high",
        "false_positives",
        "scans",
        "per_scan",
        "per_scan_low",
        "per_scan_high",
      ],
      tables.flatMap(({ by, rows }) =>
        rows.map(({ group, sensitivity: s, falsePositives: f }) => [
          ...[by, group, s?.count ?? null, s?.of ?? null, s?.share ?? null, s?.low ?? null, s?.high ?? null],
          ...[f?.count ?? null, f?.scans ?? null, f?.perScan ?? null, f?.low ?? null, f?.high ?? null],
        ]),
      ),
    ),
    "scans.csv": table(
      ["scan", "patient", "sha256", "complete", "nodules", "found", "marks", "false_positives", "strict"],
      scans.map((scan) => [
        ...[scan.id, scan.patientId, scan.sha256, String(scan.complete), scan.nodules, scan.found, scan.marks],
        ...(scan.complete ? [scan.falsePositives, scan.strict] : [null, null]),
      ]),
    ),
    "missed.csv": table(
      ["seriesuid", "coordX", "coordY", "coordZ", "diameter_mm", "readers", "texture", "score"],
      missed.map((one) => [one.scan, ...one.centerMm, one.diameterMm, one.readers, one.texture, one.score]),
    ),
    "false-positives.csv": table(
      ["seriesuid", "coordX", "coordY", "coordZ", "diameter_mm", "score", "on_irrelevant"],
      falsePositives.map((one) => [one.scan, ...one.centerMm, one.diameterMm, one.score, String(one.irrelevant)]),
    ),
  };
}
