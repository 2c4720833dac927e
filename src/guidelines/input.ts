import type { InputSource } from "../findings/assessment.ts";

const yesNo = ["no", "yes"] as const;

/** Inputs with a list of values. */
export const choices = {
  kind: ["solid", "part-solid", "non-solid"],
  change: ["baseline", "new", "growing", "slowly-growing", "stable", "smaller"],
  solidPartChange: ["new", "growing", "stable", "smaller"],
  calcification: ["none", "benign", "other"],
  fat: yesNo,
  juxtapleural: yesNo,
  shape: ["oval", "lentiform", "triangular", "round", "irregular"],
  smooth: yesNo,
  spiculated: yesNo,
  malignantSigns: yesNo,
  suspiciousFeatures: yesNo,
  morphologyChanged: yesNo,
  provenBenign: yesNo,
  upperLobe: yesNo,
  airway: ["no", "subsegmental", "segmental", "tubular"],
  cyst: ["no", "yes", "other-disease"],
  cystLocules: ["unilocular", "multilocular"],
  cystChange: ["none", "cavity-growing", "wall-growing", "became-multilocular", "more-loculation-or-opacity"],
  priorCategory: ["none", "0", "1", "2", "3", "4A", "4B", "4X"],
  crossedSizeThreshold: yesNo,

  priorBeingLocated: yesNo,
  lungsNotEvaluated: yesNo,
  infectionSigns: yesNo,
  otherSignificantFinding: yesNo,
  multiple: yesNo,

  reason: ["baseline-screening", "annual-screening", "interval-screening", "incidental", "known-cancer"],
  sex: ["female", "male"],
  smoking: ["never", "former", "current"],
  familyHistoryOfLungCancer: yesNo,
  familyHistoryOfCancer: yesNo,
  emphysema: yesNo,
  copd: yesNo,
  pulmonaryFibrosis: yesNo,
  pastTuberculosis: yesNo,
  hazardousExposure: yesNo,
  pastCancer: yesNo,
  extrathoracicCancer: yesNo,
  extrathoracicCancerOver5Years: yesNo,
  immunosuppression: yesNo,
  fdgUptake: ["none", "faint", "moderate", "intense"],

  // made by a guideline, never given
  riskFactor: yesNo,
  petDone: yesNo,
  changeByVolume: ["initial", "growing", "stable-by-volume", "stable-by-diameter"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export interface NumberInput {
  /** Values are compared as they are printed: mm with one decimal, mm³, months and days whole. */
  readonly decimals: number;
  /** What an unknown value can be. */
  readonly from: number;
  readonly to: number;
  /** What an unknown value can be in a risk model, where that is less: adults, nodules up to 30 mm. */
  readonly inModels?: readonly [from: number, to: number];
}
const mm = { decimals: 1, from: 1, to: 300 };
const wholeMm = { decimals: 0, from: 0, to: 300 };
const mm3 = { decimals: 0, from: 1, to: 14_000_000 };
const months = { decimals: 0, from: 0, to: 600 };
const percent = { decimals: 2, from: 0, to: 100 };

/** Inputs with a number. */
export const numbers = {
  /** Mean of long and short axis in the plane in which the nodule is largest. */
  meanMm: mm,
  solidMeanMm: { ...mm, from: 0 },
  /** In the axial plane. */
  longestMm: { ...mm, inModels: [1, 30] },
  solidLongestMm: { ...mm, from: 0 },
  volumeMm3: mm3,
  solidVolumeMm3: mm3,
  cystWallMm: { ...mm, from: 0 },
  priorMeanMm: mm,
  priorSolidMeanMm: { ...mm, from: 0 },
  monthsSincePrior: months,
  /** Since the nodule was first seen. */
  monthsSinceFirst: months,
  volumeChangePercent: { decimals: 1, from: -100, to: 100_000 },
  vdtDays: { decimals: 0, from: 1, to: 1_000_000 },
  /** Probability of malignancy as the reader estimates it. */
  probabilityPercent: percent,
  noduleCount: { decimals: 0, from: 1, to: 30 },
  ageYears: { decimals: 0, from: 0, to: 130, inModels: [18, 100] },
  packYears: { decimals: 1, from: 0, to: 200 },
  yearsSinceQuitting: { decimals: 0, from: 0, to: 60 },

  // made by a guideline, never given
  meanWholeMm: wholeMm,
  solidWholeMm: wholeMm,
  sizeMm: mm,
  brockPercent: percent,
  herderPercent: percent,
  /** Of the C-Lung-RADS authors' own model, which is not published: always missing. */
  modelPercent: percent,
} as const satisfies Readonly<Record<string, NumberInput>>;

export type ChoiceCode = keyof typeof choices;
export type NumberCode = keyof typeof numbers;
export type InputCode = ChoiceCode | NumberCode;
export type ValueOf<Code extends InputCode> = Code extends ChoiceCode ? (typeof choices)[Code][number] : number;

type MadeCode =
  | "riskFactor"
  | "petDone"
  | "changeByVolume"
  | "meanWholeMm"
  | "solidWholeMm"
  | "sizeMm"
  | "brockPercent"
  | "herderPercent"
  | "modelPercent";

/** What is known and who says so; an input left out is unknown, and nothing is filled in. */
export type Facts = {
  readonly [Code in Exclude<InputCode, MadeCode>]?: { readonly value: ValueOf<Code>; readonly from: InputSource };
};

export function isChoice(code: InputCode): code is ChoiceCode {
  return Object.hasOwn(choices, code);
}
