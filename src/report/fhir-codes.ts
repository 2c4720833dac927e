import type { Finding, Side, Texture } from "../findings/finding.ts";
import { type OwnCode, ownScheme } from "../findings/own-code.ts";

export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

const sct = (code: string, display: string): Coding => ({ system: "http://snomed.info/sct", code, display });
const dcm = (code: string, display: string): Coding => ({ system: "http://dicom.nema.org/resources/ontology/DCM", code, display });
const radlex = (code: string, display: string): Coding => ({ system: "http://radlex.org", code, display });
/** A code of the program's own scheme. */
export const own = ({ value, meaning }: OwnCode): Coding => ({ system: `urn:oid:${ownScheme.uid}`, code: value, display: meaning });

/** The codes of the structured report (a test holds the two equal); what has no code there is said in text alone. */
export const fhirCode = {
  radiologyReport: { system: "http://loinc.org", code: "11528-7", display: "Radiology Report" },
  finding: dcm("121071", "Finding"),
  summary: dcm("111017", "CAD Processing and Findings Summary"),
  certainty: dcm("111012", "Certainty of Finding"),
  change: dcm("111021", "Description of Change"),
  followUp: dcm("111053", "Recommended Follow-up"),
  followUpInterval: dcm("111055", "Recommended Follow-up Interval"),
  attenuation: dcm("112031", "Attenuation Coefficient"),
  volume: sct("118565006", "Volume"),
  longAxis: sct("103339001", "Long Axis"),
  shortAxis: sct("103340004", "Short Axis"),
  diameter: sct("81827009", "Diameter"),
  texture: radlex("RID6037", "Attenuation Characteristic"),
  lung: sct("39607008", "Lung"),
} as const satisfies Record<string, Coding>;

export const kindCode: Readonly<Record<Finding["kind"], Coding>> = {
  nodule: sct("786838002", "Nodule of lung"),
  mass: sct("309529002", "Mass of lung"),
};

export const sideCode: Readonly<Record<Exclude<Side, "unknown">, Coding>> = {
  left: sct("7771000", "Left"),
  right: sct("24028007", "Right"),
};

export const textureCode: Readonly<Record<Finding["kind"], Partial<Record<Texture, Coding>>>> = {
  nodule: {
    solid: radlex("RID50151", "solid pulmonary nodule"),
    "part-solid": radlex("RID50152", "part-solid pulmonary nodule"),
    "non-solid": radlex("RID50153", "non-solid pulmonary nodule"),
  },
  mass: { solid: radlex("RID5741", "solid") },
};
