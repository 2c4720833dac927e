import { logistic, logit } from "../base/logistic.ts";
import { calibration } from "./calibration.ts";

/** How a score becomes a probability: 1 / (1 + exp(−(intercept + slope · logit(score)))). */
export interface Platt {
  readonly slope: number;
  readonly intercept: number;
}

/** Scores are held this far from 0 and 1, where a logit has no value. */
const EDGE = 1e-7;

const held = (score: number): number => Math.min(1 - EDGE, Math.max(EDGE, score));

/**
 * Fits Platt's two parameters (Advances in Large Margin Classifiers 1999:61) on the logit of a score that lies in 0 … 1.
 * @returns null when no line can be fitted
 * @throws RangeError when lengths differ
 */
export function fitPlatt(scores: readonly number[], happened: readonly boolean[]): Platt | null {
  const fitted = calibration(scores.map(held), happened);
  return fitted && { slope: fitted.slope, intercept: fitted.intercept };
}

/** The probability of a score. */
export const probabilityOf = ({ slope, intercept }: Platt, score: number): number => held(logistic(intercept + slope * logit(held(score))));

/**
 * The same where positives are `times` as frequent against negatives (Saerens et al., Neural Comput 2002;14:21): the odds are multiplied.
 * @throws RangeError when `times` is not positive
 */
export function withPrior({ slope, intercept }: Platt, times: number): Platt {
  if (!(times > 0 && Number.isFinite(times))) throw new RangeError(`times must be positive, got ${times}`);
  return { slope, intercept: intercept + Math.log(times) };
}

/** A share among cases of which positives are taken `times` as often. */
export const reweighted = (share: number, times: number): number => (times * share) / (times * share + 1 - share);
