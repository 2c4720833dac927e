import type { Reason } from "../base/reason.ts";
import type { Finding } from "../findings/finding.ts";
import type { Measurement } from "../findings/measurement.ts";
import type { OperatingPoint, OperatingPointName } from "../findings/operating-point.ts";
import type { Person } from "../findings/person.ts";
import type { StudySummary } from "../findings/study.ts";
import type { Models } from "../models/session.ts";
import type { PatientPoint } from "../volume/space.ts";
import type { Threads } from "../volume/threads.ts";
import type { Mask, Volume } from "../volume/volume.ts";

/** Which stack plays which role, and why; or why none does. */
export type Choice =
  | { readonly kind: "chosen"; readonly roles: Readonly<Record<string, string>>; readonly series: readonly SeriesVerdict[] }
  | { readonly kind: "declined"; readonly because: readonly Reason[]; readonly series: readonly SeriesVerdict[] };

/** What was decided about one stack (role null: not read) and why. */
export interface SeriesVerdict {
  readonly stackId: string;
  readonly role: string | null;
  readonly because: readonly Reason[];
}

/** One slice of the stack a volume was made of, from feet to head (for axial stacks). */
export interface SourceSlice {
  readonly sopInstanceUid: string;
  readonly instanceNumber: number | null;
  /** Position of the slice centre plane along the stack's normal, mm (LPS z for axial stacks). */
  readonly positionMm: number;
}

/** A stack of images as an analysis gets it: voxels in HU on an LPS grid (see volume/orient.ts), and the headers that came with it. */
export interface SeriesVolume {
  readonly stackId: string;
  readonly volume: Volume;
  readonly slices: readonly SourceSlice[];
  /** 1 where the scanner stored padding outside its field of view; absent when nothing is padded. */
  readonly padding?: Mask;
}

export interface AnalysisInput {
  readonly study: StudySummary;
  readonly volumes: Readonly<Record<string, SeriesVolume>>;
  readonly person: Person;
  readonly operatingPoint: OperatingPointName;
}

/** What every analysis may use: nets, threads, results shared between analyses of one volume, the caller's patience. */
export interface Bench {
  readonly models: Models;
  readonly threads: Threads;
  /** Computes a thing about a volume once, however many analyses ask (lungs, body, airways). */
  readonly once: <T>(volume: Volume, what: string, compute: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
  /** @param fraction 0 … 1 of the stage */
  readonly progress: (stage: string, fraction: number) => void;
}

/** A finding before words and slice references are added. */
export type FindingDraft = Omit<
  Finding,
  "because" | "flags" | "notMeasurable" | "slice" | "trackingUid" | "seriesInstanceUid" | "frameOfReferenceUid" | "verdict"
> & {
  readonly stackId: string;
  readonly because: readonly Reason[];
  readonly flags: readonly Reason[];
  readonly notMeasurable?: Reason;
  /** Voxels of the finding, on a box of the analysed volume's grid or a finer one. */
  readonly outline?: Mask;
};

export type Outcome =
  | {
      readonly kind: "done" | "partial";
      /** Why partial, or what a reader should know of the whole read. */
      readonly because: readonly Reason[];
      /** Every scored candidate, highest score first. */
      readonly findings: readonly FindingDraft[];
      readonly measurements: readonly Measurement[];
      /** Findings at or above this score are shown. */
      readonly operatingPoint: OperatingPoint;
      /** Quality of each volume read, by stackId. */
      readonly quality: Readonly<Record<string, ReadonlyArray<QualityFigure>>>;
      /** Where it looked, by stackId: drawn into the report's overview. */
      readonly masks?: Readonly<Record<string, Mask>>;
      /** What this analysis did not look at, for the report. */
      readonly notAssessed: readonly Reason[];
    }
  | {
      readonly kind: "declined";
      readonly because: readonly Reason[];
      readonly quality: Readonly<Record<string, ReadonlyArray<QualityFigure>>>;
    };

/** One line of the quality gate: a figure, its unit, whether it passes, and the reason in codes. */
export interface QualityFigure {
  readonly code: string;
  readonly value: number | null;
  readonly unit: string;
  readonly grade: "good" | "limited" | "unusable" | "unknown";
  readonly because: Reason;
}

export interface NotMeasurable {
  readonly kind: "not-measurable";
  readonly because: Reason;
}

/** The whole plug-in contract; catalog.ts is a plain array of these. */
export interface Analysis {
  readonly id: string;
  /** Headers only: which stack under which role, or why none. Must answer for every study, also one without CT. */
  readonly choose: (study: StudySummary) => Choice;
  readonly analyse: (input: AnalysisInput, bench: Bench) => Promise<Outcome>;
  /** What a reader adds with one click; absent where a click makes no sense. */
  readonly findAt?: (input: AnalysisInput, point: PatientPoint, bench: Bench) => Promise<FindingDraft | NotMeasurable>;
  /** Study-level numbers of these findings. Pure: follows every verdict, on the server or in the browser. */
  readonly summarise: (findings: readonly Finding[], person: Person) => readonly Measurement[];
}
