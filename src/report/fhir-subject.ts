import type { ReadResult } from "../findings/read-result.ts";
import { dicomUid, type FhirReference, type FhirResource, fhirDate } from "./fhir-resource.ts";
import { sayPersonName } from "./said.ts";

const genders: Readonly<Record<string, string>> = { M: "male", F: "female", O: "other" };

/** The person as the images name them; what they do not say is left out. */
export function fhirPatient({ study: { patient } }: ReadResult): FhirResource {
  const birthDate = fhirDate(patient.birthDate);
  const names = (patient.name ?? "").split("=").filter((group) => group.replaceAll("^", "").trim() !== "");
  return {
    resourceType: "Patient",
    ...(patient.id !== null && patient.id.trim() !== "" && { identifier: [{ value: patient.id }] }),
    ...(names.length > 0 && { name: names.map((group) => ({ text: sayPersonName(group) })) }),
    gender: genders[patient.sex ?? ""] ?? "unknown",
    ...(birthDate !== undefined && { birthDate }),
  };
}

/** The examination and its series. The modality of one that was not read is not in the result, which FHIR has a sign for. */
export function fhirImagingStudy({ study, series }: ReadResult, subject: FhirReference): FhirResource {
  const started = fhirDate(study.studyDate);
  const byUid = new Map(series.map((each) => [each.seriesInstanceUid, each]));
  const read = new Set(series.filter(({ role }) => role !== null).map(({ seriesInstanceUid }) => seriesInstanceUid));
  const accession = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "ACSN" }] };
  return {
    resourceType: "ImagingStudy",
    identifier: [
      dicomUid(study.studyInstanceUid),
      ...(study.accessionNumber === null || study.accessionNumber.trim() === "" ? [] : [{ type: accession, value: study.accessionNumber }]),
    ],
    status: "available",
    subject,
    ...(started !== undefined && { started }),
    ...text("description", study.studyDescription),
    ...(byUid.size > 0 && {
      series: [...byUid.values()].map(({ seriesInstanceUid, description }) => ({
        uid: seriesInstanceUid,
        modality: read.has(seriesInstanceUid) ? ct : notKnown,
        ...text("description", description),
      })),
    }),
  };
}

const ct = { system: "http://dicom.nema.org/resources/ontology/DCM", code: "CT" };
const notKnown = { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }] };
/** FHIR knows no empty strings. */
const text = (element: string, value: string | null): object => (value === null || value.trim() === "" ? {} : { [element]: value });
