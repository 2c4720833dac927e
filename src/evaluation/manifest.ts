import { z } from "zod";
import { Texture } from "../findings/finding.ts";

const Place = z.tuple([z.number(), z.number(), z.number()]).describe("DICOM LPS, mm");

export const ReferenceNodule = z.strictObject({
  centerMm: Place,
  diameterMm: z.number().positive().nullable().describe("null: unknown; 10 mm is then taken for a hit"),
  readers: z.number().int().positive().nullable().default(null).describe("how many readers marked it; null: as many as are needed"),
  texture: Texture.default("unknown"),
  patientId: z.string().nullable().default(null).describe("semi-synthetic sets: the patient the nodule grew in"),
});
export type ReferenceNodule = z.infer<typeof ReferenceNodule>;

const Placed = z.strictObject({
  centerMm: Place,
  diameterMm: z.number().positive().nullable().default(null).describe("null: 10 mm is taken"),
});

export const DatasetScan = z.strictObject({
  id: z.string().min(1).describe("the data set's own name of the scan, one of a kind; lists of marks may use it"),
  seriesInstanceUid: z
    .string()
    .nullable()
    .default(null)
    .describe("lists of marks may use it; the series that is read where a path holds several"),
  patientId: z.string().nullable().describe("null: unknown, so that nobody can say whether a model was trained on it"),
  path: z.string().min(1).describe("folder, .zip or .mhd file, relative to the data folder"),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .default(null)
    .describe("of what `sha256sum` prints for the scan's files sorted by path, paths relative to the scan"),
  manufacturer: z.string().nullable().default(null),
  kernel: z.string().nullable().default(null),
  sliceThicknessMm: z.number().positive().nullable().default(null),
  reference: z.strictObject({
    complete: z.boolean().describe("whether everything was marked, so that false positives may be counted"),
    nodules: z.array(ReferenceNodule).describe("of 3 mm and more"),
    irrelevant: z
      .array(Placed)
      .default([])
      .describe("small nodules, non-nodules, places nobody judged: marks on them are neither true nor false"),
    shams: z.array(Placed).default([]).describe("pieces without a nodule, set in as nodules are: marks on them are false"),
  }),
});
export type DatasetScan = z.infer<typeof DatasetScan>;

/** What a data set is, without its scans. */
export const DatasetName = z.strictObject({
  id: z.string().min(1),
  version: z.string(),
  licence: z.string(),
  citation: z.string(),
  split: z.string().describe('which part of the data this is; "development" says that the program was built with it'),
  level: z.enum(["raw clinical", "semi-synthetic"]).describe("never pooled: one set, one level"),
  readBy: z.string().describe("the reference standard and who read it"),
  readersNeeded: z.number().int().positive().default(3).describe("a nodule marked by fewer readers is irrelevant"),
});

/** A set of scans with their reference standard: what `overread evaluate` measures on. */
export const DatasetManifest = z
  .strictObject({ schema: z.literal(1), ...DatasetName.shape, scans: z.array(DatasetScan) })
  .refine(({ scans }) => isUnique(scans.flatMap(scanNames)), { message: "a scan's id or series repeats", path: ["scans"] });
export type DatasetManifest = z.infer<typeof DatasetManifest>;

/** The names that a list of marks may use for a scan. */
export function scanNames({ id, seriesInstanceUid }: DatasetScan): string[] {
  return seriesInstanceUid === null || seriesInstanceUid === id ? [id] : [id, seriesInstanceUid];
}

function isUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Whether a nodule is one that must be found: marked by as many readers as the set asks for. */
export function mustBeFound({ readers }: ReferenceNodule, { readersNeeded }: Pick<DatasetManifest, "readersNeeded">): boolean {
  return readers === null || readers >= readersNeeded;
}
