import type { DataSet } from "../write/data-set.ts";
import { concept } from "./codes.ts";
import { text } from "./content-item.ts";
import type { SrInput } from "./sr-input.ts";

/**
 * What each guideline says of a finding or of the examination: edition, category, next steps and rules. No code for the categories of
 * guidelines on lung nodules could be verified, so they stand as text under (111005, DCM, "Assessment Category").
 * @param trackingUid null: the examination
 */
export function assessments({ result, words }: Pick<SrInput, "result" | "words">, trackingUid: string | null): DataSet[] {
  return result.assessments
    .filter((assessment) => assessment.trackingUid === trackingUid)
    .map((assessment) => text("CONTAINS", concept.assessmentCategory, words.assessment(assessment)));
}
