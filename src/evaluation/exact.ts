import type { Proportion, Rate } from "./evaluation.ts";
import { clopperPearsonInterval, poissonInterval } from "./intervals.ts";

/** A share with its exact interval; null of nothing. */
export function proportion(count: number, of: number): Proportion | null {
  if (of === 0) return null;
  const { low, high } = clopperPearsonInterval(count, of);
  return { count, of, share: count / of, low, high };
}

/** A rate a scan with its exact interval; null without scans. */
export function rate(count: number, scans: number): Rate | null {
  if (scans === 0) return null;
  const { low, high } = poissonInterval(count, scans);
  return { count, scans, perScan: count / scans, low, high };
}
