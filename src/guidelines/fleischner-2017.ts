import { type Field, given, inWholeMm, type MadeFields, made, meanDiameter, type VolumeBands, withinWhole } from "./field.ts";
import { tenthsGrown } from "./growth.ts";
import type { Guideline } from "./guideline.ts";
import type { Facts } from "./input.ts";
import { act, consider, ct, ctEvery, declined, noRule, notClassified, onlyIf, optional, proceed, steps } from "./next-step.ts";
import { type Row, tableOf } from "./table.ts";

const none = steps(proceed(act("no-routine-follow-up")));
const workUp = proceed(act("pet-ct"), act("biopsy"), act("excision"));
const workUpNow = steps(workUp);
const optionalAt12 = steps(optional(ct(12)));
const single6Low = steps(proceed(ct(6, 12)), consider(ct(18, 24)));
const single6High = steps(proceed(ct(6, 12)), proceed(ct(18, 24)));
const over8 = steps(consider(ct(3), act("pet-ct"), act("biopsy")));
const multiple6Low = steps(proceed(ct(3, 6)), consider(ct(18, 24)));
const multiple6High = steps(proceed(ct(3, 6)), proceed(ct(18, 24)));
const groundGlass6 = steps(proceed(ct(6, 12)), onlyIf("persistent", ctEvery(24, 60)));
const partSolid6 = steps(proceed(ct(3, 6)), onlyIf("stable", ctEvery(12, 60)));
const partSolidPart6 = steps(proceed(ct(3, 6)), onlyIf("persistent", workUp));
const multipleSubsolid = steps(proceed(ct(3, 6)), onlyIf("stable", consider(ct(24))), onlyIf("stable", consider(ct(48))));
const multipleSubsolid6 = steps(proceed(ct(3, 6)));

/** Low: estimated risk of cancer below 5 %. */
const low = { probabilityPercent: { below: 5 } };
const high = { probabilityPercent: { atLeast: 5 } };
const notGrown = ["baseline", "new", "stable", "smaller"] as const;
const grown = ["growing", "slowly-growing"] as const;
const solid = { kind: "solid", change: notGrown } as const;
const groundGlass = { kind: "non-solid", change: notGrown } as const;
const partSolid = { kind: "part-solid", change: notGrown } as const;
const subsolid = { kind: ["part-solid", "non-solid"], change: notGrown } as const;

const notMeantFor: readonly Row[] = [
  {
    rule: "declines-screening",
    when: { reason: ["baseline-screening", "annual-screening", "interval-screening"] },
    outcome: declined,
  },
  { rule: "declines-known-cancer", when: { reason: "known-cancer" }, outcome: declined },
  { rule: "declines-past-cancer", when: { pastCancer: "yes" }, outcome: declined, basis: "interpretation" },
  { rule: "declines-immunosuppression", when: { immunosuppression: "yes" }, outcome: declined },
  { rule: "declines-under-35", when: { ageYears: { below: 35 } }, outcome: declined },
];

// Sizes are whole mm: "over 8" is 9 or more.
const rows: readonly Row[] = [
  ...notMeantFor,
  { rule: "solid-under-6-low", when: { ...solid, meanWholeMm: { below: 6 }, ...low }, outcome: none },
  { rule: "solid-under-6-high", when: { ...solid, meanWholeMm: { below: 6 }, ...high }, outcome: optionalAt12 },
  { rule: "solid-multiple-6-low", when: { ...solid, multiple: "yes", meanWholeMm: { atLeast: 6 }, ...low }, outcome: multiple6Low },
  { rule: "solid-multiple-6-high", when: { ...solid, multiple: "yes", meanWholeMm: { atLeast: 6 }, ...high }, outcome: multiple6High },
  { rule: "solid-6-to-8-low", when: { ...solid, meanWholeMm: { atLeast: 6, upTo: 8 }, ...low }, outcome: single6Low },
  { rule: "solid-6-to-8-high", when: { ...solid, meanWholeMm: { atLeast: 6, upTo: 8 }, ...high }, outcome: single6High },
  { rule: "solid-over-8", when: { ...solid, meanWholeMm: { over: 8 } }, outcome: over8 },

  { rule: "part-solid-growing", when: { kind: "part-solid", change: grown }, outcome: workUpNow },
  {
    rule: "part-solid-solid-part-growing",
    when: { kind: "part-solid", change: ["stable", "smaller"], solidPartChange: ["new", "growing"] },
    outcome: workUpNow,
  },
  {
    rule: "ground-glass-growing",
    when: { kind: "non-solid", change: grown },
    outcome: steps(consider(act("excision"))),
    basis: "secondary",
  },
  { rule: "subsolid-multiple-under-6", when: { ...subsolid, multiple: "yes", meanWholeMm: { below: 6 } }, outcome: multipleSubsolid },
  { rule: "subsolid-multiple-6", when: { ...subsolid, multiple: "yes" }, outcome: multipleSubsolid6 },
  { rule: "ground-glass-under-6", when: { ...groundGlass, meanWholeMm: { below: 6 } }, outcome: none },
  { rule: "ground-glass-6", when: groundGlass, outcome: groundGlass6 },
  { rule: "part-solid-under-6", when: { ...partSolid, meanWholeMm: { below: 6 } }, outcome: none },
  { rule: "part-solid-6-solid-part-under-6", when: { ...partSolid, solidWholeMm: { below: 6 } }, outcome: partSolid6 },
  { rule: "part-solid-6-solid-part-6", when: partSolid, outcome: partSolidPart6 },

  // A solid nodule that grew.
  { rule: "no-rule", when: {}, outcome: noRule },
];

/** Volumes that the guideline prints beside its diameters: <100, 100–250, >250 mm³. */
const bands: VolumeBands = [
  [100, 1, 5.5],
  [251, 5.5, 8.5],
  [Infinity, 8.5, 300],
];

/** Fleischner Society 2017, for nodules found by chance. Sizes are rounded to whole mm from the printed tenth (5.5 is 6). */
export const fleischner2017: Guideline = {
  id: "fleischner-2017",
  source: "MacMahon H et al., Radiology 2017;284:228–243",
  monthsFrom: "first-examination",
  categories: [],
  made: madeByFleischner2017,
  table: tableOf(rows),
  raise: null,
  examinationTable: tableOf([...notMeantFor, { rule: "no-nodule", when: {}, outcome: notClassified }]),
  marks: [],
  examinationMarks: [],
};

function madeByFleischner2017(facts: Facts): MadeFields {
  const meanMm = meanDiameter(facts, bands);
  return {
    meanWholeMm: inWholeMm(meanMm),
    solidWholeMm: inWholeMm(withinWhole(given(facts, "solidLongestMm"), meanMm)),
    change: changeByFleischner2017(facts),
  };
}

/** Growth: mean diameter up by 2 mm or more. The reader's word comes first, then the diameters. */
function changeByFleischner2017(facts: Facts): Field {
  const tenths = tenthsGrown(facts, "change", "meanMm", "priorMeanMm");
  if (tenths === null) return given(facts, "change");
  const change = tenths >= 20 ? "growing" : tenths <= -20 ? "smaller" : "stable";
  return made([change], given(facts, "meanMm"), given(facts, "priorMeanMm"));
}
