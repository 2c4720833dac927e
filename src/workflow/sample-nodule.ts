import { grown } from "../analyses/lung-nodule/growth.ts";
import type { FindingComparison } from "../findings/comparison.ts";
import type { Finding } from "../findings/finding.ts";
import type { AnalysisReading } from "../findings/read-result.ts";
import { sampleReadResult } from "../report/sample-read-result.ts";
import { ballVolumeMm3 } from "../volume/sphere.ts";

/** A made-up solid nodule, a ball away from the border of the lung, for tests and examples: nobody's. */
export function sampleNodule(n: number, diameterMm: number, changes: Partial<Finding> = {}): Finding {
  const sample = sampleReadResult({ language: "en", findings: 1 }).analyses[0]?.findings[0];
  if (sample === undefined) throw new RangeError("the sample has no finding");
  return {
    ...sample,
    trackingUid: `2.25.${n}`,
    score: 0.9 - n / 100,
    kind: diameterMm > 30 ? "mass" : "nodule",
    texture: "solid",
    because: [{ code: "lung-nodule.fact-from-pleura", values: { distanceMm: 20 }, text: "" }],
    measurements: sample.measurements.map((plane) => ({
      ...plane,
      longAxisMm: diameterMm,
      shortAxisMm: diameterMm,
      meanDiameterMm: diameterMm,
    })),
    volumeMm3: ballVolumeMm3(diameterMm),
    slice: { ...sample.slice, instanceNumber: 99 + n },
    ...changes,
  };
}

/** What is said of such a ball of which a prior examination showed another size, nothing, or what cannot be told. */
export function sampleComparison(
  mm: number,
  prior: { readonly mm: number; readonly days: number } | "new" | "cannot-tell",
): FindingComparison {
  const unpaired = { priorTrackingUid: null, priorPlaceMm: null, placeErrorMm: null };
  if (typeof prior === "string") return { change: prior, because: [], growth: null, ...unpaired };
  const sized = (ofMm: number) => ({ volumeMm3: ballVolumeMm3(ofMm), meanDiameterMm: ofMm, sliceSpacingMm: 1 });
  const { change, growth, because } = grown(sized(prior.mm), sized(mm), prior.days);
  return { change, growth, because: because.map((each) => ({ ...each, text: "" })), ...unpaired };
}

/** A sample reading that was compared with an examination so many days before it. */
export function sampleCompared(reading: AnalysisReading, days: number): AnalysisReading {
  return {
    ...reading,
    notAssessed: reading.notAssessed.filter(({ code }) => code !== "lung-nodule.not-assessed-growth"),
    comparison: {
      outcome: "compared",
      because: [],
      priorStudyInstanceUid: "2.25.2023",
      priorStudyDate: new Date(Date.UTC(2024, 2, 12) - days * 86_400_000).toISOString().slice(0, 10),
      from: "images",
      registration: { correlation: 0.97, medianErrorMm: 0.8 },
      gone: [],
    },
  };
}
