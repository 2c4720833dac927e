import type { Assessment, NextStep, RiskEstimate } from "../../findings/assessment.ts";
import type { FindingComparison } from "../../findings/comparison.ts";
import type { Finding } from "../../findings/finding.ts";
import type { ReadResult, SeriesReading } from "../../findings/read-result.ts";
import type { ObjectReference } from "../objects/object-reference.ts";
import type { ResultContext, ResultSeries } from "../write/result-object.ts";
import type { SourceSeries } from "./source-series.ts";

/** A segmentation object that holds outlines of findings; a finding without outline is in none. */
export interface SegmentationReference extends ObjectReference {
  readonly segmentNumberByTrackingUid: ReadonlyMap<string, number>;
}

/** What a structured report says in words; the caller says it in the language of the context. */
export interface SrWords {
  /** Of the read as a whole, first of all that it is unconfirmed. */
  readonly remarks: readonly string[];
  /** Tracking Identifier of a finding, e.g. "Nodule 1": the same as that of its segment. */
  readonly findingName: (finding: Finding) => string;
  /** Why a series was read or not. */
  readonly seriesRemark: (series: SeriesReading) => string;
  /** What a guideline says, with its edition, next steps and rules. */
  readonly assessment: (assessment: Assessment) => string;
  /** One next step with its range of months. */
  readonly step: (step: NextStep) => string;
  /** A probability with its model, what that was built on, and what it lacks. */
  readonly risk: (estimate: RiskEstimate) => string;
  /** What became of a finding since the prior examination, and why. */
  readonly change: (comparison: FindingComparison) => string;
  /** That something was not assessed. */
  readonly notAssessed: (what: string) => string;
}

/** What a structured report is made of. Every finding of the result is written: the caller leaves out those it does not show. */
export interface SrInput {
  readonly context: ResultContext;
  readonly result: ReadResult;
  /** The stacks that were read; empty when none was. */
  readonly sources: readonly SourceSeries[];
  readonly segmentations: readonly SegmentationReference[];
  readonly words: SrWords;
}

/** Of the series a document stands in. */
export type SrSeries = Pick<ResultSeries, "number" | "description">;
