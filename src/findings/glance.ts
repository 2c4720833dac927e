import { z } from "zod";
import { type Assessment, writtenCategory } from "./assessment.ts";
import { Change } from "./comparison.ts";
import { largestMeanDiameterMm } from "./measurement.ts";
import type { ReadResult } from "./read-result.ts";
import { standingFindings } from "./shown-findings.ts";

/** A result in one line of the worklist; what readers rejected does not count. Unconfirmed until a physician signs. */
export const Glance = z.strictObject({
  findings: z.number().int(),
  largestMm: z.number().nullable().describe("largest mean diameter of any plane; null: no finding was measured"),
  categories: z.record(z.string(), z.string()).describe("of the examination, by guideline; several that are possible as 2–4A"),
  changes: z.array(Change).describe("since the prior examination, each once"),
});
export type Glance = z.infer<typeof Glance>;

/** What the worklist shows of a result as its verdicts stand. */
export function glanceOf(result: ReadResult): Glance {
  const findings = result.analyses.flatMap(standingFindings);
  const sizes = findings.map(({ measurements }) => largestMeanDiameterMm(measurements)).filter((size) => size !== null);
  const wholes = result.assessments.filter(({ trackingUid }) => trackingUid === null);
  const categories = wholes.map((whole) => [whole.guideline, categoriesOf(whole)] as const).filter(([, category]) => category !== "");
  return {
    findings: findings.length,
    largestMm: sizes.length === 0 ? null : Math.max(...sizes),
    categories: Object.fromEntries(categories),
    changes: [...new Set(findings.flatMap(({ comparison }) => (comparison === undefined ? [] : [comparison.change])))],
  };
}

/** Outcomes stand most suspicious first. */
function categoriesOf(whole: Assessment): string {
  const written = whole.outcomes.map((outcome) => writtenCategory(whole, outcome)).filter((category) => category !== null);
  return [...new Set([written.at(-1), written[0]])].filter((category) => category !== undefined).join("–");
}
