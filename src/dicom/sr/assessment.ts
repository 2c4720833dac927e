import { type Assessment, type AssessmentOutcome, categoryCode, type RiskEstimate } from "../../findings/assessment.ts";
import type { DataSet } from "../write/data-set.ts";
import { concept, own, unit } from "./codes.ts";
import { coded, container, type Relationship, text } from "./content-item.ts";
import { ranged } from "./derived.ts";
import type { SrInput, SrWords } from "./sr-input.ts";

type Said = Pick<SrInput, "result" | "words">;

/**
 * What each guideline says of a finding or of the examination, a container each: edition, category and rules in words, every possible category as a code of the
 * program's own (none of a public scheme could be verified), and its next steps with their months.
 * @param trackingUid null: the examination
 */
export function assessments({ result, words }: Said, trackingUid: string | null): DataSet[] {
  return result.assessments
    .filter((assessment) => assessment.trackingUid === trackingUid)
    .map((assessment) =>
      container("CONTAINS", concept.impression, [
        text("CONTAINS", concept.assessmentCategory, words.assessment(assessment)),
        ...assessment.outcomes.flatMap((outcome) => outcomeItems(assessment, outcome, words)),
      ]),
    );
}

/** A category has its next steps as properties; an outcome without one is its next steps. */
function outcomeItems(assessment: Assessment, outcome: AssessmentOutcome, words: SrWords): DataSet[] {
  const code = categoryCode(assessment, outcome);
  if (code === null) return followUps("CONTAINS", outcome, words);
  return [coded("CONTAINS", concept.assessmentCategory, own(code), followUps("HAS PROPERTIES", outcome, words))];
}

function followUps(relationship: Relationship, { nextSteps }: AssessmentOutcome, words: SrWords): DataSet[] {
  return nextSteps.map((step) => {
    const dated = step.anyOf.flatMap(({ months }) => (months === null ? [] : [{ low: months[0], high: months[1] }]));
    const intervals = dated.flatMap((months) => ranged("HAS PROPERTIES", concept.followUpInterval, months, unit.mo));
    return text(relationship, concept.followUp, words.step(step), intervals);
  });
}

/** The probability of a finding by each published model, in one container; below each number stand its model and, in words, what that was built on and the inputs it lacks. */
export function risks({ result, words }: Said, trackingUid: string): DataSet[] {
  const estimates = result.risks.filter((estimate) => estimate.trackingUid === trackingUid);
  return estimates.length === 0
    ? []
    : [
        container(
          "CONTAINS",
          concept.impression,
          estimates.flatMap((each) => riskItems(each, words)),
        ),
      ];
}

function riskItems(estimate: RiskEstimate, words: SrWords): DataSet[] {
  const { low, high } = estimate.probability;
  return ranged("CONTAINS", concept.probability, { low: low * 100, high: high * 100 }, unit["%"], [
    text("HAS CONCEPT MOD", concept.algorithmName, estimate.model),
    text("HAS PROPERTIES", concept.comment, words.risk(estimate)),
  ]);
}
