import { ownScheme } from "../findings/own-code.ts";
import type { AuditRecord } from "./chain.ts";
import type { AuditEvent, AuditedAct } from "./event.ts";

type Coding = { readonly system: string; readonly code: string; readonly display: string };
type ActCodes = { readonly type: Coding; readonly subtype?: Coding; readonly action: "C" | "R" | "U" | "D" | "E" };

const dcm = (code: string, display: string): Coding => ({ system: "http://dicom.nema.org/resources/ontology/DCM", code, display });
const terminology = (name: string, code: string, display: string): Coding => ({
  system: `http://terminology.hl7.org/CodeSystem/${name}`,
  code,
  display,
});

const application = dcm("110100", "Application Activity");
const authentication = dcm("110114", "User Authentication");
const alert = dcm("110113", "Security Alert");
const procedure = dcm("110111", "Procedure Record");

/** The events of DICOM PS3.15 A.5.3 (their codes: PS3.16 CID 400 and 401), which FHIR's audit-event-type takes over. */
const codes: Readonly<Record<AuditedAct, ActCodes>> = {
  started: { type: application, subtype: dcm("110120", "Application Start"), action: "E" },
  stopped: { type: application, subtype: dcm("110121", "Application Stop"), action: "E" },
  login: { type: authentication, subtype: dcm("110122", "Login"), action: "E" },
  "login-failed": { type: authentication, subtype: dcm("110122", "Login"), action: "E" },
  logout: { type: authentication, subtype: dcm("110123", "Logout"), action: "E" },
  "access-refused": { type: alert, action: "E" },
  received: { type: dcm("110104", "DICOM Instances Transferred"), action: "C" },
  read: { type: dcm("110103", "DICOM Instances Accessed"), action: "E" },
  viewed: { type: dcm("110103", "DICOM Instances Accessed"), action: "R" },
  verdict: { type: procedure, action: "U" },
  "report-signed": { type: procedure, action: "U" },
  exported: { type: dcm("110106", "Export"), action: "R" },
  sent: { type: dcm("110104", "DICOM Instances Transferred"), action: "R" },
  removed: { type: dcm("110105", "DICOM Study Deleted"), action: "D" },
  "account-changed": { type: alert, subtype: dcm("110137", "User Security Attributes Changed"), action: "U" },
  "peer-changed": { type: alert, subtype: dcm("110128", "Network Configuration"), action: "U" },
};

/** FHIR's audit-event-outcome: 0 success, 4 minor failure (refused), 8 serious failure. */
const outcomes = { done: "0", refused: "4", failed: "8" } as const;

const systemObject = terminology("audit-entity-type", "2", "System Object");

function agentOf(who: AuditEvent["who"]): object {
  if (who.kind === "account") return { who: { identifier: { value: who.name } }, altId: who.name };
  if (who.kind === "peer") return { who: { identifier: { value: who.aeTitle } }, altId: `AETITLE=${who.aeTitle}` };
  if (who.kind === "program") return { type: { coding: [dcm("110150", "Application")] }, who: { display: `Overread ${who.name}` } };
  return { who: { display: "nobody known" } };
}

function entitiesOf({ studyInstanceUid, trackingUid, account, peer }: AuditEvent["about"]): object[] {
  const uid = (value: string): object => ({ identifier: { system: "urn:dicom:uid", value: `urn:oid:${value}` } });
  const role = (code: string, display: string): Coding => terminology("object-role", code, display);
  const entities: object[] = [];
  if (studyInstanceUid !== undefined)
    entities.push({ what: { type: "ImagingStudy", ...uid(studyInstanceUid) }, type: systemObject, role: role("4", "Domain Resource") });
  if (trackingUid !== undefined)
    entities.push({ what: { type: "BodyStructure", ...uid(trackingUid) }, type: systemObject, role: role("4", "Domain Resource") });
  if (account !== undefined)
    entities.push({
      what: { identifier: { value: account } },
      type: terminology("audit-entity-type", "1", "Person"),
      role: role("11", "Security User Entity"),
    });
  if (peer !== undefined)
    entities.push({ what: { identifier: { value: peer } }, type: systemObject, role: role("16", "Data Destination") });
  return entities;
}

/** Records as a FHIR R4 Bundle; one without any has no list, as FHIR has no empty ones. */
export const fhirAuditBundle = (
  records: readonly AuditRecord[],
): { readonly resourceType: "Bundle"; readonly [more: string]: unknown } => ({
  resourceType: "Bundle",
  type: "collection",
  ...(records.length > 0 && { entry: records.map((record) => ({ resource: fhirAuditEvent(record) })) }),
});

/**
 * A record of the audit log as a FHIR R4 AuditEvent. The last entity is the record itself with its seal, so that the chain can be told
 * in the export too. No patient stands in it: the study's UID leads to one.
 */
export function fhirAuditEvent({ sequence, event, previousHash, hash }: AuditRecord): object {
  const { type, subtype, action } = codes[event.what];
  const own: Coding = { system: `urn:oid:${ownScheme.uid}`, code: event.what.toUpperCase(), display: event.what };
  return {
    resourceType: "AuditEvent",
    id: `overread-${sequence}`,
    type,
    subtype: [...(subtype === undefined ? [] : [subtype]), own],
    action,
    recorded: event.at,
    outcome: outcomes[event.outcome],
    ...(event.because !== undefined && { outcomeDesc: event.because }),
    agent: [{ ...agentOf(event.who), requestor: true, ...(event.from !== null && { network: { address: event.from, type: "2" } }) }],
    source: { observer: { display: "Overread" }, type: [terminology("security-source-type", "4", "Application Server")] },
    entity: [
      ...entitiesOf(event.about),
      {
        what: { identifier: { value: `audit ${sequence}` } },
        type: systemObject,
        role: terminology("object-role", "13", "Security Resource"),
        detail: [
          { type: "sha256", valueString: hash },
          { type: "previous-sha256", valueString: previousHash },
        ],
      },
    ],
  };
}
