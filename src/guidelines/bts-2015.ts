import { brock2013WithSpiculation } from "./brock.ts";
import { printed } from "./domain.ts";
import { type Field, given, type MadeFields, made, sizeByVolume, type VolumeBands, valuesOf } from "./field.ts";
import type { Guideline } from "./guideline.ts";
import { herder2005AnyCancer } from "./herder.ts";
import { choices, type Facts, type ValueOf } from "./input.ts";
import { act, consider, ct, declined, notClassified, onlyIf, proceed, steps } from "./next-step.ts";
import { estimate, type RiskModel } from "./risk-model.ts";
import { type Row, tableOf } from "./table.ts";

const discharge = steps(proceed(act("discharge")));
const considerDischarge = steps(consider(act("discharge")));
const at12 = steps(proceed(ct(12)));
const at24 = steps(proceed(ct(24)));
const surveillance = steps(proceed(ct(3)), onlyIf("stable", proceed(ct(12))));
const workUp = steps(proceed(act("pet-ct"), act("biopsy"), act("excision")));
const biopsyOrSurveillance = steps(consider(act("biopsy"), act("surveillance")));
const petFirst = steps(proceed(act("pet-ct")));
const biopsy = steps(proceed(act("biopsy")));
const excision = steps(proceed(act("excision")));
const favourResection = steps(consider(act("excision")));
const subsolidAt3 = steps(proceed(ct(3)));
const subsolidSurveillance = steps(proceed(ct(12)), proceed(ct(24)), proceed(ct(48)));
const subsolidChoice = steps(consider(act("surveillance"), act("biopsy"), act("excision")));

const solid = { kind: "solid" } as const;
const subsolid = { kind: ["part-solid", "non-solid"] } as const;
const stable = ["stable-by-volume", "stable-by-diameter"] as const;
const large = { ...solid, sizeMm: { atLeast: 8 } } as const;

const notMeantFor: readonly Row[] = [{ rule: "declines-under-18", when: { ageYears: { below: 18 } }, outcome: declined }];

const rows: readonly Row[] = [
  ...notMeantFor,
  { rule: "benign-calcification", when: { calcification: "benign" }, outcome: discharge },
  { rule: "fat", when: { fat: "yes" }, outcome: discharge },
  {
    rule: "perifissural",
    when: { ...solid, juxtapleural: "yes", smooth: "yes", shape: ["lentiform", "triangular"], longestMm: { below: 10 } },
    outcome: discharge,
    basis: "secondary",
  },

  {
    rule: "solid-under-5",
    when: { ...solid, changeByVolume: ["initial", ...stable], sizeMm: { below: 5 } },
    outcome: discharge,
  },

  // Solid, followed up; months since it was first seen.
  { rule: "solid-vdt-to-400", when: { ...solid, changeByVolume: "growing", vdtDays: { upTo: 400 } }, outcome: workUp, basis: "secondary" },
  { rule: "solid-first-year", when: { ...solid, changeByVolume: ["growing", ...stable], monthsSinceFirst: { below: 12 } }, outcome: at12 },
  {
    rule: "solid-vdt-to-600",
    when: { ...solid, changeByVolume: "growing", vdtDays: { upTo: 600 } },
    outcome: biopsyOrSurveillance,
    basis: "secondary",
  },
  { rule: "solid-vdt-over-600", when: { ...solid, changeByVolume: "growing" }, outcome: considerDischarge, basis: "secondary" },
  { rule: "solid-stable-by-volume", when: { ...solid, changeByVolume: "stable-by-volume" }, outcome: discharge },
  {
    rule: "solid-stable-by-diameter",
    when: { ...solid, changeByVolume: "stable-by-diameter", monthsSinceFirst: { below: 24 } },
    outcome: at24,
  },
  {
    rule: "solid-stable-by-diameter-2-years",
    when: { ...solid, changeByVolume: "stable-by-diameter" },
    outcome: discharge,
    basis: "interpretation",
  },

  // Solid, first seen.
  { rule: "solid-5-to-6", when: { ...solid, sizeMm: { below: 6 } }, outcome: at12 },
  { rule: "solid-6-to-8", when: { ...solid, sizeMm: { below: 8 } }, outcome: surveillance },
  { rule: "solid-8-brock-under-10", when: { ...large, brockPercent: { below: 10 } }, outcome: surveillance },
  { rule: "solid-8-brock-10", when: { ...large, petDone: "no" }, outcome: petFirst },
  { rule: "solid-8-herder-under-10", when: { ...large, herderPercent: { below: 10 } }, outcome: surveillance },
  { rule: "solid-8-herder-10-to-70", when: { ...large, herderPercent: { upTo: 70 } }, outcome: biopsy },
  { rule: "solid-8-herder-over-70", when: large, outcome: excision },

  { rule: "subsolid-growing", when: { ...subsolid, changeByVolume: "growing" }, outcome: favourResection },
  {
    rule: "subsolid-morphology-changed",
    when: { ...subsolid, changeByVolume: stable, morphologyChanged: "yes" },
    outcome: favourResection,
  },
  { rule: "subsolid-under-5", when: { ...subsolid, sizeMm: { below: 5 } }, outcome: discharge },
  { rule: "subsolid-5", when: { ...subsolid, changeByVolume: "initial" }, outcome: subsolidAt3 },
  { rule: "subsolid-stable-brock-under-10", when: { ...subsolid, brockPercent: { below: 10 } }, outcome: subsolidSurveillance },
  { rule: "subsolid-stable-brock-10", when: subsolid, outcome: subsolidChoice },
];

/** Volume comes first: <80, 80–300, ≥300 mm³. The step of 5 to 6 mm is by diameter alone. */
const bands: VolumeBands = [
  [80, 1, 5],
  [300, 6, 8],
  [Infinity, 8, 300],
];

/** British Thoracic Society 2015. Size: volume of a solid nodule, else the longest axial diameter. */
export const bts2015: Guideline = {
  id: "bts-2015",
  source: "Callister MEJ et al., Thorax 2015;70 Suppl 2:ii1–ii54",
  monthsFrom: "first-examination",
  categories: [],
  made: madeByBts2015,
  table: tableOf(rows),
  raise: null,
  examinationTable: tableOf([...notMeantFor, { rule: "no-nodule", when: {}, outcome: notClassified }]),
  marks: [],
  examinationMarks: [],
};

function madeByBts2015(facts: Facts): MadeFields {
  const byVolume = facts.volumeMm3 !== undefined && facts.kind?.value === "solid";
  return {
    sizeMm: byVolume ? sizeByVolume(facts, "sizeMm", "volumeMm3", bands) : given(facts, "longestMm"),
    changeByVolume: changeByBts2015(facts),
    brockPercent: percentBy(brock2013WithSpiculation, "brockPercent", facts),
    herderPercent: percentBy(herder2005AnyCancer, "herderPercent", facts),
    petDone: facts.fdgUptake === undefined ? made(["no"]) : made(["yes"], given(facts, "fdgUptake")),
  };
}

/** Significant growth: volume up by 25 % or more. Without volumes, what is known of the diameter. */
function changeByBts2015(facts: Facts): Field {
  const said = given(facts, "change");
  const first = facts.change?.value === "baseline" || facts.change?.value === "new";
  if (!first && facts.volumeChangePercent !== undefined) {
    const grown = printed("volumeChangePercent", facts.volumeChangePercent.value) >= 250;
    return made([grown ? "growing" : "stable-by-volume"], given(facts, "volumeChangePercent"));
  }
  if (facts.change === undefined) return made(choices.changeByVolume, said);
  const byDiameter = valuesOf(facts, "change").map((value) => changes[value as ValueOf<"change">]);
  return made([...new Set(byDiameter)], said);
}

const changes: Readonly<Record<ValueOf<"change">, ValueOf<"changeByVolume">>> = {
  baseline: "initial",
  new: "initial",
  growing: "growing",
  "slowly-growing": "growing",
  stable: "stable-by-diameter",
  smaller: "stable-by-diameter",
};

function percentBy(model: RiskModel, code: "brockPercent" | "herderPercent", facts: Facts): Field {
  const { probability, used, missing } = estimate(model, facts);
  const domain = { low: printed(code, 100 * probability.low), high: printed(code, 100 * probability.high) };
  return { domain, used, missing };
}
