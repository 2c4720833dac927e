import { printed, type Span } from "./domain.ts";
import {
  anyOf,
  type Field,
  given,
  isOnly,
  type MadeFields,
  made,
  meanDiameter,
  sizeByVolume,
  spanOf,
  type VolumeBands,
  withinWhole,
} from "./field.ts";
import { tenthsGrown } from "./growth.ts";
import type { Guideline } from "./guideline.ts";
import type { Facts, NumberCode } from "./input.ts";
import { act, category, consider, noRule, notClassified, onlyIf, proceed } from "./next-step.ts";
import { type Row, tableOf } from "./table.ts";

const yearly = proceed(act("low-dose-ct", 12));
const petIfLarge = onlyIf("solid-8-mm-or-more", consider(act("pet-ct")));
const workUp = [proceed(act("referral"), act("diagnostic-ct"), act("biopsy")), petIfLarge];

const zeroPrior = category("0", null, proceed(act("compare-with-prior")));
const zeroIncomplete = category("0", null, proceed(act("complete-examination")));
const zeroInfection = category("0", null, proceed(act("low-dose-ct", 1, 3)));
const one = category("1", [0, 1], yearly);
const two = category("2", [0, 1], yearly);
const three = category("3", [1, 2], proceed(act("low-dose-ct", 6)));
const fourA = category("4A", [5, 15], proceed(act("low-dose-ct", 3)), petIfLarge);
const fourB = category("4B", [15, 100], ...workUp);
const fourX = category("4X", [15, 100], ...workUp);

/** First detection, and a nodule followed up whose size decides: one that crosses a threshold is classified by its size. */
const bySize = ["baseline", "stable", "smaller"] as const;
const notGrown = ["stable", "smaller"] as const;
const grown = ["growing", "slowly-growing"] as const;

const rows: readonly Row[] = [
  { rule: "2-proven-benign", when: { provenBenign: "yes" }, outcome: two },
  { rule: "1-benign-calcification", when: { calcification: "benign" }, outcome: one },
  { rule: "1-fat", when: { fat: "yes" }, outcome: one },

  // Airway nodules; "segmental" is segmental or more proximal. Where the table says stable, smaller is read along.
  { rule: "4A-airway-baseline", when: { airway: "segmental", change: "baseline" }, outcome: fourA },
  { rule: "4A-airway-new", when: { airway: "segmental", change: "new" }, outcome: fourA, basis: "secondary" },
  { rule: "4B-airway-followed", when: { airway: "segmental", change: ["stable", ...grown] }, outcome: fourB },
  { rule: "4B-airway-smaller", when: { airway: "segmental", change: "smaller" }, outcome: fourB, basis: "interpretation" },
  { rule: "2-airway-subsegmental", when: { airway: "subsegmental", change: ["baseline", "new", ...notGrown] }, outcome: two },
  { rule: "0-airway-tubular-infection", when: { airway: "tubular", infectionSigns: "yes" }, outcome: zeroInfection },
  { rule: "2-airway-tubular", when: { airway: "tubular" }, outcome: two },

  // Atypical cysts that changed; one that did not is further below.
  { rule: "cyst-other-disease", when: { cyst: "other-disease" }, outcome: notClassified },
  { rule: "4B-cyst-wall", when: { cyst: "yes", cystWallMm: { atLeast: 2 }, cystChange: "wall-growing" }, outcome: fourB },
  {
    rule: "4B-cyst-multilocular-growing",
    when: { cyst: "yes", cystLocules: "multilocular", cystChange: "cavity-growing" },
    outcome: fourB,
  },
  {
    rule: "4B-cyst-loculation-or-opacity",
    when: { cyst: "yes", cystLocules: "multilocular", cystChange: "more-loculation-or-opacity" },
    outcome: fourB,
  },
  { rule: "4A-cyst-becomes-multilocular", when: { cyst: "yes", cystChange: "became-multilocular" }, outcome: fourA },
  { rule: "cyst-thin-unilocular", when: { cyst: "yes", cystWallMm: { below: 2 }, cystLocules: "unilocular" }, outcome: notClassified },
  { rule: "3-cyst-cavity-growing", when: { cyst: "yes", cystWallMm: { atLeast: 2 }, cystChange: "cavity-growing" }, outcome: three },

  // A solid part that is new or grew decides before the whole is called stable.
  {
    rule: "4B-part-solid-solid-grown",
    when: {
      cyst: "no",
      kind: "part-solid",
      change: [...notGrown, ...grown],
      solidPartChange: ["new", "growing"],
      solidMeanMm: { atLeast: 4 },
    },
    outcome: fourB,
  },
  {
    rule: "4A-part-solid-solid-grown",
    when: {
      cyst: "no",
      kind: "part-solid",
      change: [...notGrown, "growing"],
      solidPartChange: ["new", "growing"],
      solidMeanMm: { below: 4 },
    },
    outcome: fourA,
  },

  // Ground glass below 30 mm needs no history.
  { rule: "2-non-solid", when: { cyst: "no", kind: "non-solid", meanMm: { below: 30 } }, outcome: two },

  // Stepping down. What is stable before its time keeps its category; 4B and 4X keep it until proven benign.
  { rule: "2-stays", when: { change: notGrown, priorCategory: "2", crossedSizeThreshold: "no" }, outcome: two, basis: "interpretation" },
  {
    rule: "2-after-3",
    when: { change: notGrown, priorCategory: "3", crossedSizeThreshold: "no", monthsSincePrior: { atLeast: 6 } },
    outcome: two,
  },
  {
    rule: "3-too-early",
    when: { change: notGrown, priorCategory: "3", crossedSizeThreshold: "no" },
    outcome: three,
    basis: "interpretation",
  },
  {
    rule: "3-after-4A",
    when: { change: notGrown, priorCategory: "4A", crossedSizeThreshold: "no", monthsSincePrior: { atLeast: 3 } },
    outcome: three,
  },
  {
    rule: "4A-too-early",
    when: { change: notGrown, priorCategory: "4A", crossedSizeThreshold: "no" },
    outcome: fourA,
    basis: "interpretation",
  },
  { rule: "4B-stays", when: { change: notGrown, priorCategory: ["4B", "4X"] }, outcome: fourB, basis: "interpretation" },

  { rule: "4A-cyst-multilocular", when: { cyst: "yes", cystLocules: "multilocular", change: "baseline" }, outcome: fourA },
  { rule: "4A-cyst-thick", when: { cyst: "yes", cystWallMm: { atLeast: 2 } }, outcome: fourA },
  { rule: "4A-cyst-multilocular-later", when: { cyst: "yes" }, outcome: fourA, basis: "interpretation" },

  {
    rule: "2-juxtapleural",
    when: {
      kind: "solid",
      juxtapleural: "yes",
      smooth: "yes",
      shape: ["oval", "lentiform", "triangular"],
      meanMm: { below: 10 },
      change: ["baseline", "new", ...notGrown],
    },
    outcome: two,
  },

  { rule: "2-solid", when: { kind: "solid", change: bySize, meanMm: { below: 6 } }, outcome: two },
  { rule: "3-solid", when: { kind: "solid", change: bySize, meanMm: { atLeast: 6, below: 8 } }, outcome: three },
  { rule: "4A-solid", when: { kind: "solid", change: bySize, meanMm: { atLeast: 8, below: 15 } }, outcome: fourA },
  { rule: "4B-solid", when: { kind: "solid", change: bySize, meanMm: { atLeast: 15 } }, outcome: fourB },
  { rule: "2-solid-new", when: { kind: "solid", change: "new", meanMm: { below: 4 } }, outcome: two },
  { rule: "3-solid-new", when: { kind: "solid", change: "new", meanMm: { atLeast: 4, below: 6 } }, outcome: three },
  { rule: "4A-solid-new", when: { kind: "solid", change: "new", meanMm: { atLeast: 6, below: 8 } }, outcome: fourA },
  { rule: "4B-solid-new", when: { kind: "solid", change: "new", meanMm: { atLeast: 8 } }, outcome: fourB },
  { rule: "4A-solid-growing", when: { kind: "solid", change: "growing", meanMm: { below: 8 } }, outcome: fourA },
  { rule: "4B-solid-growing", when: { kind: "solid", change: "growing", meanMm: { atLeast: 8 } }, outcome: fourB },
  { rule: "4B-slowly-growing", when: { kind: ["solid", "part-solid"], change: "slowly-growing" }, outcome: fourB },

  { rule: "4B-part-solid-new", when: { kind: "part-solid", change: "new", solidMeanMm: { atLeast: 4 } }, outcome: fourB },
  { rule: "3-part-solid-new", when: { kind: "part-solid", change: "new", meanMm: { below: 6 } }, outcome: three },
  { rule: "4A-part-solid-new", when: { kind: "part-solid", change: "new", solidMeanMm: { below: 4 } }, outcome: fourA },
  { rule: "2-part-solid", when: { kind: "part-solid", change: bySize, meanMm: { below: 6 } }, outcome: two },
  { rule: "3-part-solid", when: { kind: "part-solid", change: bySize, solidMeanMm: { below: 6 } }, outcome: three },
  { rule: "4A-part-solid", when: { kind: "part-solid", change: bySize, solidMeanMm: { atLeast: 6, below: 8 } }, outcome: fourA },
  { rule: "4B-part-solid", when: { kind: "part-solid", change: bySize, solidMeanMm: { atLeast: 8 } }, outcome: fourB },

  { rule: "2-non-solid-large-followed", when: { kind: "non-solid", change: [...notGrown, "slowly-growing"] }, outcome: two },
  { rule: "3-non-solid-large", when: { kind: "non-solid", change: ["baseline", "new"] }, outcome: three },
  { rule: "3-non-solid-large-growing", when: { kind: "non-solid", change: "growing" }, outcome: three, basis: "interpretation" },

  // A part-solid nodule that grows while its solid part does not.
  { rule: "no-rule", when: {}, outcome: noRule },
];

/** Volumes that the guideline prints beside its diameters. */
const bands: VolumeBands = [
  [34, 1, 4],
  [113, 4, 6],
  [268, 6, 8],
  [524, 8, 10],
  [1767, 10, 15],
  [14_137, 15, 30],
  [Infinity, 30, 300],
];

/** ACR Lung-RADS v2022, for screening with low-dose CT. Diameter decides; a volume only where no diameter was measured. */
export const lungRads2022: Guideline = {
  id: "lung-rads-2022",
  source: "ACR Lung-RADS v2022 (November 2022); Christensen J et al., J Am Coll Radiol 2024;21:473–488",
  monthsFrom: "this-examination",
  // An incomplete examination weighs more than what can wait three months, but never holds up a work-up.
  categories: ["1", "2", "3", "4A", "0", "4B", "4X"],
  made: madeByLungRads2022,
  table: tableOf(rows),
  raise: {
    categories: ["3", "4A", "4B"],
    row: { rule: "4X-suspicious", when: { suspiciousFeatures: "yes" }, outcome: fourX },
  },
  examinationTable: tableOf([
    { rule: "0-prior-being-located", when: { priorBeingLocated: "yes" }, outcome: zeroPrior },
    { rule: "0-lungs-not-evaluated", when: { lungsNotEvaluated: "yes" }, outcome: zeroIncomplete },
    { rule: "0-infection", when: { infectionSigns: "yes" }, outcome: zeroInfection },
    { rule: "1-no-nodule", when: {}, outcome: one },
  ]),
  marks: [],
  examinationMarks: [{ code: "S", modifier: "S", anyOf: [{ otherSignificantFinding: "yes" }] }],
};

function madeByLungRads2022(facts: Facts): MadeFields {
  const meanMm = meanDiameter(facts, bands);
  const solid =
    facts.solidMeanMm === undefined && facts.solidVolumeMm3 !== undefined
      ? sizeByVolume(facts, "solidMeanMm", "solidVolumeMm3", bands)
      : given(facts, "solidMeanMm");
  return {
    meanMm,
    solidMeanMm: withinWhole(solid, meanMm),
    change: changeByLungRads2022(facts),
    solidPartChange: solidPartChangeByLungRads2022(facts),
    crossedSizeThreshold: crossedByLungRads2022(facts),
  };
}

/** Growth: mean diameter up by more than 1.5 mm within 12 months. The reader's word comes first, then the diameters. */
function changeByLungRads2022(facts: Facts): Field {
  const tenths = tenthsGrown(facts, "change", "meanMm", "priorMeanMm");
  if (tenths === null) return given(facts, "change");
  const sizes = [given(facts, "meanMm"), given(facts, "priorMeanMm")];
  if (tenths <= 15) return made([tenths < -15 ? "smaller" : "stable"], ...sizes);
  const months = given(facts, "monthsSincePrior");
  if (spanOf(facts, "monthsSincePrior").high <= 12) return made(["growing"], ...sizes, months);
  // Over more than a year, the same growth may or may not have happened within one: only the reader can say.
  return made(["growing", "slowly-growing"], ...sizes, months, given({}, "change"));
}

function solidPartChangeByLungRads2022(facts: Facts): Field {
  const tenths = tenthsGrown(facts, "solidPartChange", "solidMeanMm", "priorSolidMeanMm");
  if (tenths === null) return given(facts, "solidPartChange");
  const change = facts.priorSolidMeanMm?.value === 0 ? "new" : tenths > 15 ? "growing" : tenths < -15 ? "smaller" : "stable";
  return made([change], given(facts, "solidMeanMm"), given(facts, "priorSolidMeanMm"));
}

const thresholdsMm = {
  solid: { whole: [6, 8, 15], solidPart: [] },
  "part-solid": { whole: [6], solidPart: [6, 8] },
  "non-solid": { whole: [30], solidPart: [] },
} as const;

/** Whether the nodule reached a size threshold of its kind since the prior examination; a cyst has none. */
function crossedByLungRads2022(facts: Facts): Field {
  const said = given(facts, "crossedSizeThreshold");
  if (facts.crossedSizeThreshold !== undefined || facts.kind === undefined) return said;
  if (facts.change?.value === "smaller") return made(["no"], given(facts, "change"));
  const cyst = given(facts, "cyst");
  const { whole, solidPart } = thresholdsMm[facts.kind.value];
  const nodule = anyOf(crossed(facts, "meanMm", "priorMeanMm", whole), crossed(facts, "solidMeanMm", "priorSolidMeanMm", solidPart));
  if (facts.cyst?.value === "no" || isOnly(nodule, "no")) return nodule;
  return facts.cyst?.value === "yes" ? made(["no"], cyst) : made(["no", "yes"], cyst, nodule);
}

function crossed(facts: Facts, now: NumberCode, prior: NumberCode, limitsMm: readonly number[]): Field {
  if (limitsMm.length === 0) return made(["no"]);
  const [after, before] = [spanOf(facts, now), spanOf(facts, prior)];
  const below = (span: Span, limitMm: number): boolean => span.high < printed("meanMm", limitMm);
  const reached = (span: Span, limitMm: number): boolean => span.low >= printed("meanMm", limitMm);
  const sources = [given(facts, now), given(facts, prior)];
  if (limitsMm.some((limit) => below(before, limit) && reached(after, limit))) return made(["yes"], ...sources);
  if (limitsMm.every((limit) => below(after, limit) || reached(before, limit))) return made(["no"], ...sources);
  return made(["no", "yes"], ...sources);
}
