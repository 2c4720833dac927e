import { given, type MadeFields, withinWhole } from "./field.ts";
import type { Guideline } from "./guideline.ts";
import type { Facts } from "./input.ts";
import { act, category, consider, ct, notClassified, proceed } from "./next-step.ts";
import { type Row, tableOf } from "./table.ts";

const yearly = proceed(act("low-dose-ct", 12));
const zero = category("0", null, yearly);
const one = category("1", [0.3, 0.3], yearly);
const two = category("2", [3.2, 3.2], proceed(ct(6)));
const three = category("3", [6.2, 6.2], proceed(ct(3)), consider(act("high-resolution-ct"), act("pet-ct")));
const four = category("4", [24.3, 24.3], proceed(act("clinical-assessment")));

const rows: readonly Row[] = [
  { rule: "0-benign-calcification", when: { calcification: "benign" }, outcome: zero },

  { rule: "1-solid", when: { kind: "solid", meanMm: { below: 6 } }, outcome: one },
  { rule: "2-solid", when: { kind: "solid", meanMm: { atLeast: 6, below: 10 } }, outcome: two },
  { rule: "3-solid", when: { kind: "solid", meanMm: { atLeast: 10, below: 18 } }, outcome: three },
  { rule: "4-solid", when: { kind: "solid", meanMm: { atLeast: 18 } }, outcome: four },

  { rule: "1-part-solid", when: { kind: "part-solid", meanMm: { below: 6 } }, outcome: one },
  { rule: "2-part-solid", when: { kind: "part-solid", meanMm: { atLeast: 6 }, solidMeanMm: { below: 6 } }, outcome: two },
  { rule: "3-part-solid", when: { kind: "part-solid", meanMm: { atLeast: 6 }, solidMeanMm: { atLeast: 6, below: 10 } }, outcome: three },
  { rule: "4-part-solid", when: { kind: "part-solid", solidMeanMm: { atLeast: 10 } }, outcome: four },

  { rule: "1-non-solid", when: { kind: "non-solid", meanMm: { below: 6 } }, outcome: one },
  { rule: "2-non-solid", when: { kind: "non-solid", meanMm: { atLeast: 6, below: 20 } }, outcome: two },
  { rule: "3-non-solid", when: { kind: "non-solid", meanMm: { atLeast: 20 } }, outcome: three },
];

/** C-Lung-RADS, West China Hospital 2024, by mean diameter. */
export const cLungRads2024: Guideline = {
  id: "c-lung-rads-2024",
  source: "Wang C et al., Nature Medicine 2024;30:3184–3195",
  monthsFrom: "this-examination",
  categories: ["0", "1", "2", "3", "4"],
  made: madeByCLungRads2024,
  table: tableOf(rows),
  // By the authors' own model, which is not published: its value is always missing, so level 4 stays possible.
  raise: { categories: ["2", "3"], row: { rule: "4-model", when: { modelPercent: { atLeast: 50 } }, outcome: four } },
  examinationTable: tableOf([{ rule: "no-nodule", when: {}, outcome: notClassified }]),
  marks: [],
  examinationMarks: [],
};

function madeByCLungRads2024(facts: Facts): MadeFields {
  return { solidMeanMm: withinWhole(given(facts, "solidMeanMm"), given(facts, "meanMm")) };
}
