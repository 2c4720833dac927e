import type { Finding } from "../findings/finding.ts";
import type { PlaneMeasurement } from "../findings/measurement.ts";
import { type Coding, fhirCode, kindCode, sideCode, textureCode } from "./fhir-codes.ts";
import { concept, dicomUid, type FhirReference, type FhirResource, noValue, quantity } from "./fhir-resource.ts";

/** Where a finding is, by its Tracking UID: the same one through SR, SEG and `findings.json`. */
export function fhirBodyStructure({ trackingUid, side }: Pick<Finding, "trackingUid" | "side">, patient: FhirReference): FhirResource {
  return {
    resourceType: "BodyStructure",
    identifier: [dicomUid(trackingUid)],
    location: concept(fhirCode.lung),
    ...(side !== "unknown" && { locationQualifier: [concept(sideCode[side])] }),
    patient,
  };
}

/** What was found and every figure of it; the score is Certainty of Finding in percent of its scale, never a probability. */
export function findingElements(finding: Finding): object {
  const { kind, texture, volumeMm3, meanHu, score, measurements, because, flags, notMeasurable } = finding;
  const term = textureCode[kind][texture];
  const value = texture === "unknown" ? noValue("unknown") : { valueCodeableConcept: term ? concept(term) : { text: texture } };
  const absent = notMeasurable === undefined ? "unknown" : "not-performed";
  const notes = [...because, ...flags, ...(notMeasurable ? [notMeasurable] : [])].map(({ text }) => ({ text }));
  return {
    code: concept(fhirCode.finding),
    valueCodeableConcept: concept(kindCode[kind]),
    component: [
      {
        code: concept(fhirCode.certainty, "Certainty of Finding: score in percent of its scale, not a probability"),
        ...quantity(score * 100, "%"),
      },
      { code: concept(fhirCode.texture), ...value },
      { code: concept(fhirCode.volume), ...quantity(volumeMm3, "mm3", absent) },
      { code: concept(fhirCode.attenuation, "Attenuation Coefficient, mean"), ...quantity(meanHu, "[hnsf'U]", absent) },
      ...(measurements.length === 0 ? [{ code: concept(fhirCode.diameter), ...noValue(absent) }] : measurements.flatMap(axes)),
    ],
    ...(notes.length > 0 && { note: notes }),
  };
}

function axes({ plane, longAxisMm, shortAxisMm, meanDiameterMm }: PlaneMeasurement): object[] {
  const axis = (coding: Coding, mm: number, how = ""): object => ({
    code: concept(coding, `${coding.display}, ${how}${plane}`),
    ...quantity(mm, "mm"),
  });
  return [axis(fhirCode.longAxis, longAxisMm), axis(fhirCode.shortAxis, shortAxisMm), axis(fhirCode.diameter, meanDiameterMm, "mean, ")];
}
