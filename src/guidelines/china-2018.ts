import { printed } from "./domain.ts";
import { anyOf, type Field, given, type MadeFields, made, spanOf, withinWhole } from "./field.ts";
import type { Guideline } from "./guideline.ts";
import type { Facts } from "./input.ts";
import { act, ct, ctEvery, declined, noRule, notClassified, onlyIf, optional, proceed, steps } from "./next-step.ts";
import { type Row, tableOf } from "./table.ts";

const yearly = ctEvery(12);
const largeLow = steps(proceed(ct(3, 6)), proceed(ct(9, 12)), proceed(ct(18, 24)));
const petOrBiopsy = steps(proceed(act("pet-ct"), act("biopsy")));
const surgery = steps(proceed(act("excision")));
const freely = steps(optional(act("ct")));
const from12 = steps(proceed(ct(12)), yearly);
const from6To12 = steps(proceed(ct(6, 12)), proceed(ct(18, 24)), yearly);
const from3To6 = steps(proceed(ct(3, 6)), proceed(ct(9, 12)), proceed(ct(24)), yearly);
const from6 = steps(proceed(ct(6)), yearly);
const from3 = steps(proceed(ct(3)), yearly);
const biopsyOrSurgery = proceed(act("biopsy"), act("excision"));
const petBiopsyOrSurgery = proceed(act("pet-ct"), act("biopsy"), act("excision"));
const pureLarge = steps(proceed(ct(3)), onlyIf("persistent", biopsyOrSurgery));
const pureLargePersistent = steps(biopsyOrSurgery);
const mixedSmall = steps(proceed(ct(3)), proceed(ct(6)), proceed(ct(12)), proceed(ct(24)), yearly);
const mixedLarge = steps(proceed(ct(3)), onlyIf("persistent", petBiopsyOrSurgery));
const mixedLargePersistent = steps(petBiopsyOrSurgery);

const notGrown = ["baseline", "new", "stable", "smaller"] as const;
const persistent = ["growing", "slowly-growing", "stable", "smaller"] as const;
const solid = { kind: "solid" } as const;
const pure = { kind: "non-solid" } as const;
const mixed = { kind: "part-solid" } as const;

/** Nothing of this edition was read in its primary text. Growth of a nodule up to 8 mm solid or 10 mm ground glass has no row. */
const table: readonly Row[] = [
  { rule: "declines-over-30", when: { meanMm: { over: 30 } }, outcome: declined },

  { rule: "solid-8-to-30-under-5-percent", when: { ...solid, meanMm: { over: 8 }, probabilityPercent: { below: 5 } }, outcome: largeLow },
  {
    rule: "solid-8-to-30-5-to-65-percent",
    when: { ...solid, meanMm: { over: 8 }, probabilityPercent: { upTo: 65 } },
    outcome: petOrBiopsy,
  },
  { rule: "solid-8-to-30-over-65-percent", when: { ...solid, meanMm: { over: 8 } }, outcome: surgery },
  { rule: "solid-to-4", when: { ...solid, change: notGrown, meanMm: { upTo: 4 }, riskFactor: "no" }, outcome: freely },
  { rule: "solid-4-to-6", when: { ...solid, change: notGrown, meanMm: { over: 4, upTo: 6 }, riskFactor: "no" }, outcome: from12 },
  { rule: "solid-6-to-8", when: { ...solid, change: notGrown, meanMm: { over: 6 }, riskFactor: "no" }, outcome: from6To12 },
  { rule: "solid-to-4-risk-factor", when: { ...solid, change: notGrown, meanMm: { upTo: 4 } }, outcome: from12 },
  { rule: "solid-4-to-6-risk-factor", when: { ...solid, change: notGrown, meanMm: { over: 4, upTo: 6 } }, outcome: from6To12 },
  { rule: "solid-6-to-8-risk-factor", when: { ...solid, change: notGrown, meanMm: { over: 6 } }, outcome: from3To6 },

  { rule: "pure-over-10-persistent", when: { ...pure, change: persistent, meanMm: { over: 10 } }, outcome: pureLargePersistent },
  { rule: "pure-over-10", when: { ...pure, meanMm: { over: 10 } }, outcome: pureLarge },
  { rule: "pure-5-to-10", when: { ...pure, change: notGrown, meanMm: { over: 5 } }, outcome: from3 },
  { rule: "pure-to-5", when: { ...pure, change: notGrown }, outcome: from6 },

  { rule: "mixed-over-8-persistent", when: { ...mixed, change: persistent, meanMm: { over: 8 } }, outcome: mixedLargePersistent },
  { rule: "mixed-over-8", when: { ...mixed, meanMm: { over: 8 } }, outcome: mixedLarge },
  { rule: "mixed-to-8", when: { ...mixed, change: notGrown }, outcome: mixedSmall },

  { rule: "no-rule", when: {}, outcome: noRule },
];

const rows = table.map((row): Row => ({ ...row, basis: "secondary" }));

/** Chinese expert consensus, 2018 edition (肺结节诊治中国专家共识), by mean diameter. What is known of 2024 stands beside it as a mark. */
export const china2018: Guideline = {
  id: "china-2018",
  source: "中华医学会呼吸病学分会肺癌学组, 中华结核和呼吸杂志 2018;41:763–771",
  monthsFrom: "first-examination",
  categories: [],
  made: madeByChina2018,
  table: tableOf(rows),
  raise: null,
  examinationTable: tableOf([{ rule: "no-nodule", when: {}, outcome: notClassified, basis: "secondary" }]),
  marks: [
    { code: "micro-nodule", anyOf: [{ meanMm: { below: 5 } }], basis: "secondary" },
    { code: "small-nodule", anyOf: [{ meanMm: { atLeast: 5, upTo: 10 } }], basis: "secondary" },
    {
      code: "high-risk-nodule",
      anyOf: [{ meanMm: { atLeast: 15 } }, { meanMm: { atLeast: 8 }, malignantSigns: "yes" }, { kind: "part-solid", meanMm: { over: 8 } }],
      basis: "secondary",
    },
    { code: "solid-part-over-5", anyOf: [{ kind: "part-solid", solidMeanMm: { over: 5 } }], basis: "secondary" },
    { code: "edition-2024-pure-5-to-10", anyOf: [{ kind: "non-solid", meanMm: { atLeast: 5, upTo: 10 } }], basis: "secondary" },
  ],
  examinationMarks: [
    { code: "diffuse", anyOf: [{ noduleCount: { over: 10 } }], basis: "secondary" },
    { code: "high-risk-person", anyOf: [{ ageYears: { atLeast: 40 }, riskFactor: "yes" }], basis: "secondary" },
  ],
};

function madeByChina2018(facts: Facts): MadeFields {
  const others = ["hazardousExposure", "copd", "pulmonaryFibrosis", "pastTuberculosis", "pastCancer", "familyHistoryOfLungCancer"] as const;
  return {
    solidMeanMm: withinWhole(given(facts, "solidMeanMm"), given(facts, "meanMm")),
    riskFactor: anyOf(heavySmoking(facts), ...others.map((code) => given(facts, code))),
  };
}

/** 20 pack-years or more, of one who still smokes or quit less than 15 years ago. */
function heavySmoking(facts: Facts): Field {
  const smoking = given(facts, "smoking");
  const packYears = given(facts, "packYears");
  const quit = given(facts, "yearsSinceQuitting");
  if (facts.smoking?.value === "never") return made(["no"], smoking);
  if (spanOf(facts, "packYears").high < printed("packYears", 20)) return made(["no"], packYears);
  if (facts.packYears === undefined || facts.smoking === undefined) return made(["no", "yes"], smoking, packYears);
  if (facts.smoking.value === "current") return made(["yes"], smoking, packYears);
  const years = spanOf(facts, "yearsSinceQuitting");
  return made(years.high < 15 ? ["yes"] : years.low >= 15 ? ["no"] : ["no", "yes"], smoking, packYears, quit);
}
