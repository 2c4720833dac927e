import { z } from "zod";
import { DatasetName } from "./manifest.ts";

const count = z.number().int().nonnegative();
const bounds = { low: z.number(), high: z.number() };

export const Proportion = z
  .strictObject({ count, of: count, share: z.number(), ...bounds })
  .describe("exact 95 % interval (Clopper–Pearson); null where there is nothing to divide by");
export type Proportion = z.infer<typeof Proportion>;

export const Rate = z
  .strictObject({ count, scans: count, perScan: z.number(), ...bounds })
  .describe("exact 95 % interval of a Poisson count (Garwood); only scans whose reference is complete");
export type Rate = z.infer<typeof Rate>;

const Place = z.tuple([z.number(), z.number(), z.number()]).describe("DICOM LPS, mm");

export const MissedNodule = z.strictObject({
  scan: z.string(),
  centerMm: Place,
  diameterMm: z.number().nullable(),
  readers: z.number().nullable(),
  texture: z.string(),
  score: z.number().nullable().describe("of the best mark on it below the operating point; null: no mark"),
});
export type MissedNodule = z.infer<typeof MissedNodule>;

export const FalseMark = z.strictObject({
  scan: z.string(),
  centerMm: Place,
  score: z.number(),
  diameterMm: z.number().nullable(),
  irrelevant: z.boolean().describe("lies on a finding that the rules ignore: a strict mark, no false positive"),
});
export type FalseMark = z.infer<typeof FalseMark>;

export const ScanFigures = z.strictObject({
  id: z.string(),
  patientId: z.string().nullable(),
  sha256: z.string().nullable().describe("of the files as read; null: not read here"),
  complete: z.boolean(),
  nodules: count,
  found: count,
  marks: count.describe("at the operating point"),
  falsePositives: count,
  strict: count,
});

export const TableRow = z.strictObject({ group: z.string(), sensitivity: Proportion.nullable(), falsePositives: Rate.nullable() });
export const GroupTable = z.strictObject({
  by: z.enum(["size", "texture", "readers", "thickness", "kernel", "manufacturer", "reference"]),
  rows: z.array(TableRow),
});
export type GroupTable = z.infer<typeof GroupTable>;

const RatePoint = z.strictObject({ falsePositivesPerScan: z.number(), sensitivity: z.number(), ...bounds });

/** evaluation.json: how well marks agree with a data set's reference, with everything a figure must carry. */
export const Evaluation = z.strictObject({
  schema: z.literal(1),
  leakage: z.strictObject({
    state: z.enum(["clean", "contaminated", "not-checked"]).describe("contaminated: the figures say nothing of accuracy"),
    trained: z.array(z.string()).describe("scans whose patients trained a model: left out, unless contaminated"),
    unknown: z.array(z.string()).describe("scans of which nobody can tell: left out, unless contaminated"),
  }),
  dataset: DatasetName.extend({ sha256: z.string().describe("of the manifest") }),
  program: z.strictObject({ version: z.string(), commit: z.string(), sha256: z.string().describe("of the code"), machine: z.string() }),
  models: z.array(z.strictObject({ id: z.string(), sha256: z.string() })).describe("none: rules only, or marks from elsewhere"),
  marks: z.strictObject({ source: z.enum(["program", "file"]), sha256: z.string().describe("of the marks as a list") }),
  counts: z.strictObject({
    patients: count,
    scans: count,
    completeScans: count,
    nodules: count,
    nodulePatients: count,
    scansWithoutNodules: count.describe("of the complete ones"),
    notRead: z.array(z.strictObject({ scan: z.string(), because: z.array(z.string()) })).describe("in no figure"),
  }),
  operatingPoint: z.strictObject({
    name: z.string(),
    score: z.number(),
    chosen: z.enum(["by-program", "by-caller", "on-this-set", "all-marks"]),
  }),
  atOperatingPoint: z.strictObject({
    sensitivity: Proportion.nullable(),
    falsePositives: Rate.nullable(),
    falsePositivesWithoutNodules: Rate.nullable().describe("in scans without any nodule"),
    strict: Rate.nullable().describe("marks on no nodule that must be found, those on irrelevant findings included"),
    strictFrom6Mm: Rate.nullable().describe("those measured at 6 mm or more; null: no mark has a size"),
    shams: Proportion.nullable().describe("shams marked"),
  }),
  froc: z
    .strictObject({
      cpm: z.strictObject({ value: z.number(), ...bounds }).describe("mean sensitivity at the seven rates"),
      rates: z.array(RatePoint).describe("1/8 … 8"),
      curve: z.array(RatePoint).describe("with its bootstrap band"),
      scans: count,
      nodules: count,
      resamples: count,
      resampled: z.enum(["patients", "nodule and background patients"]),
    })
    .nullable()
    .describe("of the scans whose reference is complete; null where they or their nodules are fewer than 8: counts say more then"),
  tables: z.array(GroupTable),
  scans: z.array(ScanFigures),
  missed: z.array(MissedNodule).describe("at the operating point"),
  falsePositives: z.array(FalseMark).describe("at the operating point"),
});
export type Evaluation = z.infer<typeof Evaluation>;
