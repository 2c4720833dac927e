import type { FindingComparison, GoneFinding, PriorComparison } from "../findings/comparison.ts";
import { growthFigures } from "../findings/growth-figures.ts";
import type { Language } from "../words/say.ts";
import { fhirCode, own } from "./fhir-codes.ts";
import { concept, dicomUid, type FhirReference, type FhirResource, fhirDate, range } from "./fhir-resource.ts";
import { word } from "./said.ts";

/** The prior examination, as far as the comparison names it: whether it can still be had is not known. */
export function fhirPriorStudy(uid: string, { priorStudyDate }: PriorComparison, subject: FhirReference): FhirResource {
  const started = fhirDate(priorStudyDate);
  return {
    resourceType: "ImagingStudy",
    identifier: [dicomUid(uid)],
    status: "unknown",
    subject,
    ...(started !== undefined && { started }),
  };
}

/** What became of a finding since the prior examination, its figures, and in words why. */
export function changeElements({ change, because, ...rest }: FindingComparison | GoneFinding, language: Language): object {
  const growth = "growth" in rest ? rest.growth : null;
  const figures = growth === null ? [] : growthFigures(growth);
  const notes = because.map(({ text }) => ({ text }));
  return {
    code: concept(fhirCode.change),
    valueCodeableConcept: { text: word(language, `change-${change}`) },
    ...(figures.length > 0 && {
      component: figures.map(({ code, unit, ...figure }) => ({ code: concept(own(code)), ...range(figure, unit) })),
    }),
    ...(notes.length > 0 && { note: notes }),
  };
}
