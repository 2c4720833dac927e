import type { ReportedCode } from "../findings/reported-finding.ts";
import type { Attributes } from "./attributes.ts";
import { tag } from "./tags.ts";

/** The first code of a code sequence (DICOM PS3.3 8.8): short, long or URN value; null when there is none. */
export function readCode(attributes: Attributes, sequence: string): ReportedCode | null {
  const item = attributes.items(sequence)[0];
  const value = item?.text(tag.codeValue) ?? item?.prose(tag.longCodeValue) ?? item?.prose(tag.urnCodeValue);
  if (!item || !value) return null;
  return { value, scheme: item.text(tag.codingSchemeDesignator) ?? "", meaning: item.text(tag.codeMeaning) ?? "" };
}
