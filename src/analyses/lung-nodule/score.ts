import type { Features } from "./features.ts";
import type { Candidate } from "./find-candidates.ts";

/** One term of the score: a figure brought to about −2 … 2, and its weight. */
interface Term {
  readonly name: string;
  readonly of: (candidate: Candidate, features: Features) => number;
  readonly weight: number;
}

/** Candidates at or above are shown. */
export const operatingPoint = { name: "rules-default", score: 0.5 } as const;

const terms: readonly Term[] = [
  { name: "roundness", of: ({ roundness }) => roundness, weight: 3 },
  { name: "bright-near", of: (_, { brightNear }) => brightNear, weight: -8 },
  { name: "bright-mid", of: (_, { brightMid }) => brightMid, weight: -8 },
  { name: "size", of: (_, { radiusMm }) => Math.log(Math.max(1, Math.min(12, radiusMm))), weight: 1 },
];
const intercept = -1;

/**
 * Suspicion score of a candidate: the logistic of a weighted sum of few figures. It orders candidates; it is not a probability.
 * @returns 0 … 1
 */
export function suspicionScore(candidate: Candidate, features: Features): number {
  const sum = terms.reduce((total, { of, weight }) => total + weight * of(candidate, features), intercept);
  return 1 / (1 + Math.exp(-sum));
}
