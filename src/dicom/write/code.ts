import type { ownScheme } from "../../findings/own-code.ts";
import type { DataSet } from "./data-set.ts";

/** A concept of a coding scheme (DICOM PS3.3 8.8): `SCT` is SNOMED CT, `DCM` DICOM's own, `UCUM` units, `RADLEX`. */
export interface Code {
  readonly value: string;
  readonly scheme: "DCM" | "SCT" | "UCUM" | "RADLEX" | "LN" | "UMLS" | "RFC5646" | "DCMUID" | typeof ownScheme.designator;
  /** English, as the scheme prints it: part of the standard, not of the user interface. */
  readonly meaning: string;
}

/** A code as an item of a code sequence (PS3.3 table 8.8-1). */
export function codeItem({ value, scheme, meaning }: Code): DataSet {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}
