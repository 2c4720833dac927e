import { derivedUid } from "../base/uid.ts";

/** The program's own coding scheme, for what no public scheme that could be checked has a code; DICOM names it by designator, FHIR by UID. */
export const ownScheme = { designator: "99OVERREAD", uid: derivedUid("overread", "coding-scheme") } as const;

/** A code of that scheme: at most 16 characters (DICOM PS3.3 8.8), with its English meaning. */
export interface OwnCode {
  readonly value: string;
  readonly meaning: string;
}

export const ownCode = {
  priorInterval: { value: "PRIOR-INTERVAL", meaning: "Time since the prior examination" },
  volumeChange: { value: "VOLUME-CHANGE", meaning: "Volume, change since the prior examination" },
  diameterChange: { value: "DIAMETER-CHANGE", meaning: "Mean diameter, change since the prior examination" },
  doublingTime: { value: "VDT", meaning: "Volume doubling time" },
  halvingTime: { value: "VHT", meaning: "Volume halving time" },
} as const satisfies Record<string, OwnCode>;
