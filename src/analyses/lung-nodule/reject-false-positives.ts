import { type FeatureSource, type Features, featuresOf } from "./features.ts";
import { featureSource } from "./features-source.ts";
import type { Candidate, RuleCandidate } from "./find-candidates.ts";
import type { LungBox } from "./lung-box.ts";
import { suspicionScore } from "./score.ts";

/** A candidate with what was seen of it. */
export interface ScoredCandidate {
  readonly candidate: Candidate;
  readonly features: Features;
  /** Suspicion score, 0 … 1; not a probability. */
  readonly score: number;
}

/** Candidates that reach the second stage, at most. */
export const mostCandidates = 150;

/**
 * Second look at each candidate, by rules: figures from the box, a suspicion score, best first, at most 150.
 * @throws the signal's reason when aborted
 */
export function rejectFalsePositives(box: LungBox, candidates: readonly RuleCandidate[], signal: AbortSignal): ScoredCandidate[] {
  const source = featureSource(box);
  const scored = candidates.map((candidate) => {
    signal.throwIfAborted();
    const features = figuresOf(source, candidate);
    return { candidate, features, score: suspicionScore(candidate, features) };
  });
  return scored.sort((a, b) => b.score - a.score).slice(0, mostCandidates);
}

/** What is seen of a candidate; a faint opacity is looked at on the grid for faint opacities. */
export const figuresOf = (source: FeatureSource, { position, radiusMm, channel }: Candidate): Features =>
  featuresOf(source, position, radiusMm, channel === "ground-glass" ? "hazy" : "fine");
