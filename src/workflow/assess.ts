import type { FindingComparison } from "../findings/comparison.ts";
import type { Finding } from "../findings/finding.ts";
import { largestMeanDiameterMm } from "../findings/measurement.ts";
import type { Person } from "../findings/person.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { standingFindings } from "../findings/shown-findings.ts";
import type { StudySummary } from "../findings/study.ts";
import { assessExamination } from "../guidelines/assess.ts";
import { guidelines, riskModels } from "../guidelines/catalog.ts";
import { estimateRisks } from "../guidelines/estimate-risks.ts";
import type { GuidelineExamination } from "../guidelines/examination.ts";
import type { Facts } from "../guidelines/input.ts";

/**
 * What this program does not look at and a guideline asks for: taken as absent, and shown as assumed. What a reader would not take as absent
 * (spiculation, shape, growth, the upper lobes) stays unknown, and leaves open what it leaves open.
 */
const notLookedAt: Facts = {
  calcification: { value: "none", from: "assumed" },
  fat: { value: "no", from: "assumed" },
  airway: { value: "no", from: "assumed" },
  cyst: { value: "no", from: "assumed" },
  suspiciousFeatures: { value: "no", from: "assumed" },
  provenBenign: { value: "no", from: "assumed" },
};
const notLookedAtInExamination: Facts = {
  priorBeingLocated: { value: "no", from: "assumed" },
  infectionSigns: { value: "no", from: "assumed" },
};

/** The study as far as guidelines ask for it. */
export type AssessedStudy = Pick<StudySummary, "studyDate" | "patient">;

/**
 * What every guideline says of the shown, not rejected findings of a lung-nodule reading and of the examination, and the risk of each by every model;
 * nothing where the lungs were not read.
 */
export function assess(
  study: AssessedStudy,
  person: Person,
  readings: readonly AnalysisReading[],
): Pick<ReadResult, "assessments" | "risks"> {
  const reading = readings.find(({ id }) => id === "lung-nodule");
  if (reading === undefined || reading.outcome === "declined" || reading.outcome === "failed") return { assessments: [], risks: [] };
  const examination: GuidelineExamination = {
    nodules: standingFindings(reading).map((finding) => ({
      trackingUid: finding.trackingUid,
      facts: { ...notLookedAt, ...factsOf(finding) },
    })),
    facts: { ...notLookedAtInExamination, lungsNotEvaluated: { value: reading.outcome === "partial" ? "yes" : "no", from: "measured" } },
    person: withHeaders(reading.comparison?.outcome === "compared" ? withPrior(person) : person, study),
    year: study.studyDate === null ? null : Number(study.studyDate.slice(0, 4)) || null,
  };
  return {
    assessments: guidelines.flatMap((guideline) => {
      const { examination: whole, nodules } = assessExamination(guideline, examination);
      return [whole, ...nodules];
    }),
    risks: estimateRisks(riskModels, examination),
  };
}

function factsOf({ texture, measurements, volumeMm3, because, comparison }: Finding): Facts {
  const axial = measurements.find(({ plane }) => plane === "axial");
  const meanMm = largestMeanDiameterMm(measurements);
  const said = new Set(because.map(({ code }) => code));
  const touchesPleura = said.has("lung-nodule.fact-at-pleura") ? "yes" : said.has("lung-nodule.fact-from-pleura") ? "no" : undefined;
  return {
    ...(texture !== "unknown" && { kind: { value: texture, from: "measured" } }),
    ...(meanMm !== null && { meanMm: { value: Number(meanMm.toFixed(1)), from: "measured" } }),
    ...(axial && { longestMm: { value: Number(axial.longAxisMm.toFixed(1)), from: "measured" } }),
    ...(volumeMm3 !== null && { volumeMm3: { value: Math.max(1, Math.round(volumeMm3)), from: "measured" } }),
    ...(touchesPleura && { juxtapleural: { value: touchesPleura, from: "measured" } }),
    ...(comparison && changeOf(comparison)),
  };
}

const changes = { new: "new", stable: "stable", shrunken: "smaller" } as const;

/** What became of it, and the figures that guidelines with a threshold of their own judge by; nothing where that cannot be told. */
function changeOf({ change, growth, priorLungRads }: FindingComparison): Facts {
  const said: Facts = priorLungRads === undefined ? {} : { priorCategory: { value: priorLungRads, from: "prior-report" } };
  if (change === "cannot-tell") return said;
  const value = change === "grown" ? (growth?.overThreshold === "slowly" ? "slowly-growing" : "growing") : changes[change];
  if (growth === null) return { ...said, change: { value, from: "measured" } };
  const { days, priorMeanDiameterMm: priorMm, volumeChangePercent: percent, doublingTime } = growth;
  const vdtDays = doublingTime?.days ?? 0;
  return {
    ...said,
    change: { value, from: "measured" },
    ...(priorMm !== null && { priorMeanMm: { value: Number(priorMm.toFixed(1)), from: "measured" } }),
    ...(days !== null && { monthsSincePrior: { value: wholeMonths(days), from: "measured" } }),
    ...(percent !== null && { volumeChangePercent: { value: Number(percent.toFixed(1)), from: "measured" } }),
    ...(vdtDays > 0 && { vdtDays: { value: Math.min(1_000_000, Math.max(1, Math.round(vdtDays))), from: "measured" } }),
  };
}

/** Whole months; what is over a year and a day stays over twelve. */
const wholeMonths = (days: number): number => Math.max(days > 366 ? 13 : 0, Math.round(days / 30.4375));

/** Compared images outweigh the word that there was no prior examination: what cannot be told is then not a first detection. */
const withPrior = (person: Person): Person => (person.prior === "none" ? { ...person, prior: "unknown" } : person);

/** Age and sex as the headers give them, where nobody has said otherwise. */
function withHeaders(person: Person, { patient }: AssessedStudy): Person {
  const sex = patient.sex === "F" ? "female" : patient.sex === "M" ? "male" : "unknown";
  return {
    ...person,
    ageYears: person.ageYears === "unknown" ? (patient.ageYears ?? "unknown") : person.ageYears,
    sex: person.sex === "unknown" ? sex : person.sex,
  };
}
