import { derivedUid } from "../base/uid.ts";
import type { Range } from "../findings/growth-figures.ts";
import type { Coding } from "./fhir-codes.ts";

/** A FHIR R4 resource as JSON; its form is checked by a validator in the tests. */
export interface FhirResource {
  readonly resourceType: string;
  readonly [element: string]: unknown;
}

export interface FhirReference {
  readonly reference: string;
}

/** `urn:uuid:` of what the parts name (RFC 9562 version 8): the same parts give the same name. */
export function urnUuid(...parts: readonly string[]): string {
  const hex = BigInt(derivedUid("fhir", ...parts).slice("2.25.".length))
    .toString(16)
    .padStart(32, "0");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A DICOM UID as FHIR writes it. */
export const dicomUid = (uid: string): object => ({ system: "urn:dicom:uid", value: `urn:oid:${uid}` });

export const concept = (coding: Coding, text: string = coding.display): object => ({ coding: [coding], text });

/** A quantity in a UCUM unit, or why there is none. */
export function quantity(value: number | null, code: string, absent = "unknown"): object {
  return value === null ? noValue(absent) : { valueQuantity: ucum(value, code) };
}

const ucum = (value: number, code: string): object => ({ value, unit: code, system: "http://unitsofmeasure.org", code });

/** A number, or from where to where it lies; nothing where it has no upper end. */
export const range = ({ low, high }: Range, code: string): object =>
  low === high
    ? { valueQuantity: ucum(low, code) }
    : { valueRange: { low: ucum(low, code), ...(high !== null && { high: ucum(high, code) }) } };

/** @param code of http://terminology.hl7.org/CodeSystem/data-absent-reason */
export const noValue = (code: string, text?: string): object => ({
  dataAbsentReason: {
    coding: [{ system: "http://terminology.hl7.org/CodeSystem/data-absent-reason", code }],
    ...(text !== undefined && text !== "" && { text }),
  },
});

/** A DICOM date as a FHIR date; nothing where it is none. */
export function fhirDate(date: string | null): string | undefined {
  const parts = /^(\d{4})[-.]?(0[1-9]|1[0-2])[-.]?(0[1-9]|[12]\d|3[01])$/.exec(date?.trim() ?? "");
  return parts === null ? undefined : parts.slice(1).join("-");
}
