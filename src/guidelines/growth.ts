import { printed } from "./domain.ts";
import type { Facts } from "./input.ts";

/**
 * By how many tenths of a mm a diameter grew since the prior examination; null when the reader says how it changed, when there was nothing before,
 * or when a diameter is unknown. In whole tenths 7.6 − 6.1 is 15, which in binary fractions is less.
 */
export function tenthsGrown(
  facts: Facts,
  change: "change" | "solidPartChange",
  now: "meanMm" | "solidMeanMm",
  prior: "priorMeanMm" | "priorSolidMeanMm",
): number | null {
  const [said, after, before] = [facts[change], facts[now], facts[prior]];
  if (said?.from === "reader" || said?.value === "baseline" || said?.value === "new") return null;
  if (after === undefined || before === undefined) return null;
  return printed(now, after.value) - printed(prior, before.value);
}
