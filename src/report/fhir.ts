import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { shownFindings } from "../findings/shown-findings.ts";
import { sayTyped } from "../words/say.ts";
import { assessmentElements, riskElements } from "./fhir-assessment.ts";
import { fhirCode } from "./fhir-codes.ts";
import { changeElements, fhirPriorStudy } from "./fhir-comparison.ts";
import { fhirBodyStructure, findingElements } from "./fhir-finding.ts";
import { concept, type FhirReference, type FhirResource, fhirDate, noValue, urnUuid } from "./fhir-resource.ts";
import { fhirImagingStudy, fhirPatient } from "./fhir-subject.ts";

/**
 * A read as a FHIR R4 Bundle (collection): a preliminary DiagnosticReport, an Observation for each analysis, shown finding, change since a prior examination, assessment and
 * risk estimate, a BodyStructure for each finding, and the Devices (program and models) that made them. References are derived from UIDs and nothing depends on the clock.
 */
export function fhirBundle(result: ReadResult): FhirResource {
  const { study, overread, language, analyses } = result;
  const entries: { fullUrl: string; resource: FhirResource }[] = [];
  const add = (resource: FhirResource, ...names: string[]): FhirReference => {
    const fullUrl = urnUuid(study.studyInstanceUid, overread.version, overread.commit, language, resource.resourceType, ...names);
    entries.push({ fullUrl, resource });
    return { reference: fullUrl };
  };
  const subject = add(fhirPatient(result));
  const imagingStudy = add(fhirImagingStudy(result, subject));
  const device = add({
    resourceType: "Device",
    deviceName: [{ name: "Overread", type: "manufacturer-name" }],
    version: [{ value: `${overread.version} (${overread.commit})` }],
  });
  const models = new Map(analyses.flatMap((analysis) => analysis.models).map((model) => [model.sha256, model]));
  for (const { id, sha256 } of models.values()) add(modelDevice(id, sha256, device), sha256);

  const date = fhirDate(study.studyDate);
  const when = date === undefined ? {} : { effectiveDateTime: date };
  const observe = (elements: object, ...names: string[]): FhirReference =>
    add({ resourceType: "Observation", status: "preliminary", subject, ...when, device, ...elements }, ...names);

  const results: FhirReference[] = [];
  const byTrackingUid = new Map<string, { derivedFrom: FhirReference[]; focus: FhirReference[] }>();
  const priorStudies = new Map<string, FhirReference>();
  for (const analysis of analyses) {
    const { comparison } = analysis;
    const priorUid = comparison?.priorStudyInstanceUid ?? null;
    if (comparison && priorUid !== null && !priorStudies.has(priorUid))
      priorStudies.set(priorUid, add(fhirPriorStudy(priorUid, comparison, subject), priorUid));
    const priorStudy = priorStudies.get(priorUid ?? "");
    const studies = [imagingStudy, ...(priorStudy ? [priorStudy] : [])];
    const changes: FhirReference[] = [];
    const members = shownFindings(analysis).map((finding) => {
      const focus = [add(fhirBodyStructure(finding, subject), finding.trackingUid)];
      const found = observe({ ...findingElements(finding), focus, derivedFrom: [imagingStudy] }, "finding", finding.trackingUid);
      byTrackingUid.set(finding.trackingUid, { derivedFrom: [found], focus });
      const change = finding.comparison && changeElements(finding.comparison, language);
      if (change) changes.push(observe({ ...change, focus, derivedFrom: [found, ...studies] }, "change", finding.trackingUid));
      return found;
    });
    for (const gone of comparison?.gone ?? []) {
      const focus = [add(fhirBodyStructure({ ...gone, side: "unknown" }, subject), gone.trackingUid)];
      changes.push(observe({ ...changeElements(gone, language), focus, derivedFrom: studies }, "change", gone.trackingUid));
    }
    const summary = { ...analysisElements(analysis), derivedFrom: studies, ...(members.length > 0 && { hasMember: members }) };
    results.push(observe(summary, "analysis", analysis.id), ...members, ...changes);
  }
  for (const assessment of result.assessments) {
    const { guideline, trackingUid } = assessment;
    const of = trackingUid === null ? { derivedFrom: [imagingStudy] } : byTrackingUid.get(trackingUid);
    if (of !== undefined)
      results.push(observe({ ...assessmentElements(assessment, language), ...of }, guideline, trackingUid ?? "examination"));
  }
  for (const risk of result.risks) {
    const of = byTrackingUid.get(risk.trackingUid);
    if (of !== undefined) results.push(observe({ ...riskElements(risk, language), ...of }, risk.model, risk.trackingUid));
  }
  add({
    resourceType: "DiagnosticReport",
    status: "preliminary",
    category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: "RAD" }] }],
    code: concept(fhirCode.radiologyReport),
    subject,
    ...when,
    imagingStudy: [imagingStudy],
    ...(results.length > 0 && { result: results }),
    conclusion: sayTyped(language, "report.status"),
  });
  return { resourceType: "Bundle", type: "collection", entry: entries };
}

const modelDevice = (id: string, sha256: string, parent: FhirReference): FhirResource => ({
  resourceType: "Device",
  deviceName: [{ name: id, type: "model-name" }],
  version: [{ type: { text: "SHA-256" }, value: sha256 }],
  parent,
});

/** What an analysis came to, its figures of the examination, and in words why, and what it did not assess. */
function analysisElements({ id, outcome, because, measurements, notAssessed, comparison }: AnalysisReading): object {
  const notes = [...because, ...(comparison?.because ?? []), ...notAssessed].map(({ text }) => ({ text }));
  const read = outcome === "done" || outcome === "partial";
  return {
    code: concept(fhirCode.summary, id),
    ...(read ? { valueCodeableConcept: { text: outcome } } : noValue(outcome === "failed" ? "error" : "not-performed", outcome)),
    ...(measurements.length > 0 && {
      component: measurements.map(({ code, subject, value, unit }) => ({
        code: { ...(code === "lung-volume" && { coding: [fhirCode.volume] }), text: `${code}, ${subject}` },
        valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit },
      })),
    }),
    ...(notes.length > 0 && { note: notes }),
  };
}
