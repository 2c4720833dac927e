import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CtHeaders, ctSeriesFiles, type WriteCtOptions } from "../../src/dicom/write/ct.ts";
import { resultObject } from "../../src/dicom/write/result-object.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";
import { overread, type Ran } from "./overread.ts";
import { chestHeaders } from "./small-chest.ts";

/** Runs `overread send … --json`. */
export const sent = (...args: string[]): Promise<Ran> => overread(["send", ...args, "--json"]);

interface SentObject {
  readonly sopInstanceUid: string;
  readonly outcome: string;
  readonly status: string | null;
  readonly reason: { readonly code: string; readonly text: string } | null;
}

export const objectsOf = (ran: Ran): SentObject[] => JSON.parse(ran.stdout).objects;
export const outcomesOf = (ran: Ran): string[] => objectsOf(ran).map(({ outcome }) => outcome);
/** The codes of all reasons, each once. */
export const codesOf = (ran: Ran): string[] => [...new Set(objectsOf(ran).flatMap(({ reason }) => (reason === null ? [] : [reason.code])))];

/** Writes small CT slices, 1.dcm …, of a patient whose name and id must not be printed. */
export function writeSlices(folder: string, count: number, headers: Partial<CtHeaders> = {}, options: WriteCtOptions = {}): void {
  mkdirSync(folder, { recursive: true });
  const grid = axialGrid([32, 32, count], [1, 1, 1], patientPoint(0, 0, 0));
  const pixels = Int16Array.from({ length: 32 * 32 * count }, (_, n) => (n % 1000) - 500);
  let number = 0;
  for (const { bytes } of ctSeriesFiles(volume(grid, pixels), { ...chestHeaders, ...headers }, options))
    writeFileSync(join(folder, `${++number}.dcm`), bytes);
}

/** Writes objects such as those of one read: three forms of the report, a segmentation, a key image; named by the ends of their SOP class UIDs. */
export function writeRead(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const context = {
    identity: {
      PatientName: "Secret^Person",
      PatientID: "SECRET-ID",
      StudyInstanceUID: "2.25.7",
      StudyDate: "20260102",
      StudyTime: "101112",
    },
    overread: { version: "0.0.0", commit: "none" },
    language: "en",
  } as const;
  for (const form of ["88.11", "88.22", "88.34", "66.4", "7"]) {
    const series = { kind: form, modality: "OT", number: 1, description: form };
    writeFileSync(join(folder, `${form}.dcm`), resultObject(`1.2.840.10008.5.1.4.1.1.${form}`, series, {}, context).bytes);
  }
}
