import { Fault } from "../base/fault.ts";
import { parseCsv } from "./csv.ts";
import type { DatasetManifest, DatasetScan } from "./manifest.ts";
import { csvTable, type NamedRow } from "./marks-csv.ts";

/** LUNA16's own files, as text. */
export interface Luna16Files {
  readonly annotations: string;
  readonly excluded: string;
  /** seriesuids.csv: one series a line and no header; null where it is absent. */
  readonly seriesUids: string | null;
  /** candidates.csv or candidates_V2.csv, whose series stand in for an absent seriesuids.csv. */
  readonly candidates: string | null;
  /** Series and their patients: `seriesuid,patient`, or a table of TCIA's ("Series UID", "Subject ID"). */
  readonly patients: string | null;
  /** Path of each .mhd volume that is there, by series. */
  readonly volumes: ReadonlyMap<string, string>;
}

const coordinates = ["seriesuid", "coordX", "coordY", "coordZ"] as const;
const wholeSet = 888;

/**
 * LUNA16 as a data set: nodules of 3 mm and more that at least 3 of 4 readers marked must be found, everything in annotations_excluded.csv is
 * irrelevant. The scans are those of seriesuids.csv; without it the volumes that are there; without any the series of the candidates.
 * @throws Fault evaluation.luna16-no-series, evaluation.csv-column, evaluation.csv-number
 */
export function luna16Manifest(files: Luna16Files): DatasetManifest {
  const nodules = byScan(csvTable(files.annotations, [...coordinates, "diameter_mm"]));
  const irrelevant = byScan(csvTable(files.excluded, coordinates));
  const patientOf = files.patients === null ? new Map<string, string>() : patientsOf(files.patients);
  const ids = seriesOf(files);
  const scans = ids.map(
    (id): DatasetScan => ({
      id,
      seriesInstanceUid: id,
      patientId: patientOf.get(id) ?? null,
      path: files.volumes.get(id) ?? `${id}.mhd`,
      sha256: null,
      manufacturer: null,
      kernel: null,
      sliceThicknessMm: null,
      reference: {
        complete: true,
        nodules: (nodules.get(id) ?? []).map((row) => ({ ...placeOf(row), readers: null, texture: "unknown", patientId: null })),
        irrelevant: (irrelevant.get(id) ?? []).map(placeOf),
        shams: [],
      },
    }),
  );
  return {
    schema: 1,
    id: "LUNA16",
    version: "2016",
    licence: "CC BY 3.0 (LIDC-IDRI)",
    citation:
      "Setio AAA et al., Med Image Anal 2017;42:1–13, doi 10.1016/j.media.2017.06.015; LIDC-IDRI, doi 10.7937/K9/TCIA.2015.LO9QL9SX",
    split: `${scans.length} of ${wholeSet} scans`,
    level: "raw clinical",
    readBy: "LIDC-IDRI, four radiologists; marked by 3 or more as a nodule of 3 mm or more",
    readersNeeded: 3,
    scans,
  };
}

function seriesOf({ seriesUids, candidates, volumes }: Luna16Files): string[] {
  const listed = seriesUids === null ? [] : parseCsv(seriesUids).map(({ cells }) => cells[0] ?? "");
  const candidate = (): string[] => (candidates === null ? [] : csvTable(candidates, ["seriesuid"]).map((row) => row.text("seriesuid")));
  const found = [listed, [...volumes.keys()], candidate()].find((ids) => ids.length > 0);
  if (found === undefined) throw new Fault("evaluation.luna16-no-series");
  return [...new Set(found)].filter((id) => id !== "seriesuid").sort();
}

function byScan(rows: readonly NamedRow[]): ReadonlyMap<string, NamedRow[]> {
  return Map.groupBy(rows, (row) => row.text("seriesuid"));
}

/** A diameter that is left out or negative is unknown: LUNA16 then takes 10 mm. */
function placeOf(row: NamedRow): { centerMm: [number, number, number]; diameterMm: number | null } {
  const diameterMm = row.text("diameter_mm") === "" ? -1 : row.number("diameter_mm");
  return { centerMm: [row.number("coordX"), row.number("coordY"), row.number("coordZ")], diameterMm: diameterMm > 0 ? diameterMm : null };
}

function patientsOf(text: string): ReadonlyMap<string, string> {
  const header = parseCsv(text)[0]?.cells ?? [];
  const column = (...names: string[]): string => {
    const found = header.find((name) => names.includes(name.toLowerCase().replaceAll(/[ _]/g, "")));
    if (found === undefined) throw new Fault("evaluation.csv-column", { column: names[0] ?? "" });
    return found;
  };
  const series = column("seriesuid", "seriesinstanceuid");
  const patient = column("patient", "patientid", "subjectid");
  return new Map(csvTable(text, []).map((row) => [row.text(series), row.text(patient)]));
}
