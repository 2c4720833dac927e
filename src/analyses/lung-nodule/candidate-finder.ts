import type { OperatingPoint, OperatingPointName } from "../../findings/operating-point.ts";
import type { Bench } from "../analysis.ts";
import { findCandidates } from "./find-candidates.ts";
import type { LungBox } from "./lung-box.ts";
import { rejectFalsePositives, type ScoredCandidate } from "./reject-false-positives.ts";
import { operatingPoint } from "./score.ts";

/** What a finder may use of the analysis' bench. */
export type FinderBench = Pick<Bench, "models" | "threads" | "signal"> & {
  /** @param fraction 0 … 1 */
  readonly progress: (fraction: number) => void;
};

/** How candidates are found and scored. */
export interface CandidateFinder {
  /** Candidates scored at or above the chosen one are shown. */
  readonly operatingPoints: Readonly<Record<OperatingPointName, OperatingPoint>>;
  /**
   * At most 150 candidates of the lung box, best first.
   * @throws the signal's reason when aborted; Fault when a net is missing
   */
  readonly find: (box: LungBox, bench: FinderBench) => Promise<ScoredCandidate[]>;
}

/** By rules alone: blobs, and a score fitted on figures of them. There is one operating point, whichever is asked for. */
export const ruleFinder: CandidateFinder = {
  operatingPoints: { screening: operatingPoint, sensitive: operatingPoint, specific: operatingPoint },
  find: async (box, { threads, signal, progress }) =>
    rejectFalsePositives(box, await findCandidates(box, { threads, signal, progress }), signal),
};
