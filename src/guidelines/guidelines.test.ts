import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { Assessment, RiskEstimate } from "../findings/assessment.ts";
import { unknownPerson } from "../findings/person.ts";
import { assessExamination } from "./assess.ts";
import { bts2015Cases } from "./bts-2015.cases.ts";
import { cLungRads2024Cases } from "./c-lung-rads-2024.cases.ts";
import { guidelines, riskModels } from "./catalog.ts";
import { china2018Cases } from "./china-2018.cases.ts";
import { estimateRisks } from "./estimate-risks.ts";
import type { GuidelineExamination } from "./examination.ts";
import { fleischner2017Cases } from "./fleischner-2017.cases.ts";
import { choices, type Facts, type InputCode, isChoice } from "./input.ts";
import { lungRads2022Cases } from "./lung-rads-2022.cases.ts";
import { assessStated, type Case, rowsOf, rulesOf, type Stated } from "./stated.ts";

const casesOf: Readonly<Record<string, readonly Case[]>> = {
  "lung-rads-2022": lungRads2022Cases,
  "fleischner-2017": fleischner2017Cases,
  "bts-2015": bts2015Cases,
  "china-2018": china2018Cases,
  "c-lung-rads-2024": cLungRads2024Cases,
};

describe.each(guidelines.map((guideline) => ({ guideline, id: guideline.id, cases: casesOf[guideline.id] ?? [] })))(
  "$id",
  ({ guideline, cases }) => {
    const codes = [
      ...new Set([...rowsOf(guideline.table), ...(guideline.raise === null ? [] : [guideline.raise.row])].map(({ rule }) => rule)),
    ];

    test("every rule decides in at least one case of its table", () => {
      const decided = new Set(cases.flatMap(({ stated }) => rulesOf(assessStated(guideline, [stated]).nodules[0]!)));
      expect(codes.filter((code) => !decided.has(code))).toEqual([]);
    });

    test("no row is out of reach, and the table leaves nothing out: with nothing known every rule is possible", () => {
      const pet: readonly Stated[] = [{}, { fdgUptake: "none" }, { fdgUptake: "intense" }];
      const nothing = pet.flatMap((examination) => assessStated(guideline, [{}, {}], { examination }).nodules.flatMap(rulesOf));
      expect(codes.filter((code) => !nothing.includes(code))).toEqual([]);
    });

    test("no code stands for two rules", () => {
      const rules = rowsOf(guideline.table).map(({ rule }) => rule);
      expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([]);
    });

    test("with two inputs missing those rules are possible that some values of them decide, and no others", () => {
      const random = seededRandom(2022);
      for (let round = 0; round < 80; round++) {
        const { stated, title } = cases[random.integer(cases.length)]!;
        const known = Object.keys(stated).filter((code) => !isSettled(guideline.id, code, stated)) as InputCode[];
        const hidden = [known[random.integer(known.length)]!, known[random.integer(known.length)]!];
        const rest = Object.fromEntries(Object.entries(stated).filter(([code]) => !hidden.includes(code as InputCode)));
        const possible = rulesOf(assessStated(guideline, [rest as Stated]).nodules[0]!);
        const decided = everyValue(hidden[0]!).flatMap((first) =>
          everyValue(hidden[1]!).flatMap((second) => {
            const filled = { ...rest, [hidden[0]!]: first, [hidden[1]!]: second } as Stated;
            // A solid part that is not known is at least no larger than the whole.
            const impossible = solidParts.some((code) => hidden.includes(code) && (filled[code] ?? 0) > (filled.meanMm ?? 300));
            return impossible ? [] : rulesOf(assessStated(guideline, [filled]).nodules[0]!);
          }),
        );
        const expected = [...new Set(decided)].toSorted();
        expect([title, hidden, expected.filter((rule) => !possible.includes(rule))]).toEqual([title, hidden, []]);
        if (!hidden.some((code) => sharedInputs.includes(code)))
          expect([title, hidden, possible.toSorted()]).toEqual([title, hidden, expected]);
      }
    });
  },
);

/** Inputs out of which a guideline makes others: unknown, they count as independent of what was made of them, so more may seem possible than is. */
const sharedInputs: readonly InputCode[] = ["meanMm", "longestMm", "solidMeanMm", "cyst", "change"];

/** Whether a neighbour, a prior diameter, a smooth border or the absence of PET/CT or volumes settles an input that nobody states. */
function isSettled(guideline: string, code: string, stated: Stated): boolean {
  if (code === "change" || code === "volumeChangePercent") return guideline === "bts-2015" || stated.priorMeanMm !== undefined;
  if (code === "spiculated") return stated.smooth === "yes";
  return ["multiple", "noduleCount", "fdgUptake", "volumeMm3"].includes(code);
}

const solidParts = ["solidMeanMm", "solidLongestMm"] as const;

const ends: Readonly<Record<string, readonly number[]>> = {
  Mm: [
    1, 3, 3.9, 4, 4.1, 4.9, 5, 5.1, 5.4, 5.5, 5.9, 6, 6.1, 7.4, 7.9, 8, 8.1, 8.4, 8.5, 9.9, 10, 10.1, 14.9, 15, 17.9, 18, 19.9, 20, 29.9,
    30, 30.1, 300,
  ],
  Mm3: [1, 79, 80, 299, 300, 10_000],
  Percent: [-100, 0, 4.99, 5, 24.9, 25, 65, 65.01, 100],
  Days: [1, 400, 401, 600, 601, 100_000],
  Years: [0, 14, 15, 17, 18, 34, 35, 39, 40, 100],
  monthsSincePrior: [0, 2, 3, 5, 6, 12, 13],
  monthsSinceFirst: [0, 11, 12, 23, 24],
  noduleCount: [1, 10, 11],
  yearsSinceQuitting: [0, 14, 15, 60],
};

/** Every value of a choice; of a number, both sides of every threshold. */
function everyValue(code: InputCode): readonly (string | number)[] {
  if (isChoice(code)) return choices[code];
  if (code === "longestMm") return (ends.Mm ?? []).filter((mm) => mm <= 30);
  const found = ends[code] ?? Object.entries(ends).find(([suffix]) => code.endsWith(suffix))?.[1];
  if (found === undefined) throw new RangeError(`no values for ${code}`);
  return found;
}

const tenNodules: GuidelineExamination = {
  nodules: Array.from({ length: 10 }, (_nodule, index) => ({
    trackingUid: `2.25.${index}`,
    facts: {
      kind: { value: choices.kind[index % 3]!, from: "rule" },
      meanMm: { value: 4 + index, from: "measured" },
      longestMm: { value: 5 + index, from: "measured" },
      solidMeanMm: { value: 2 + index / 2, from: "measured" },
      volumeMm3: { value: 60 * (index + 1), from: "measured" },
      upperLobe: { value: "yes", from: "rule" },
      calcification: { value: "none", from: "assumed" },
      airway: { value: "no", from: "assumed" },
      cyst: { value: "no", from: "assumed" },
    } satisfies Facts,
  })),
  facts: {},
  person: { ...unknownPerson, ageYears: 64, sex: "male", smoking: "former" },
  year: 2025,
};

test("every assessment and every estimate is a noun of findings.json, and known by its edition", () => {
  for (const guideline of guidelines) {
    const { examination, nodules } = assessExamination(guideline, tenNodules);
    for (const assessment of [examination, ...nodules]) expect(Assessment.parse(assessment).guideline).toMatch(/-20\d\d$/);
    expect(nodules.map(({ trackingUid }) => trackingUid)).toEqual(tenNodules.nodules.map(({ trackingUid }) => trackingUid));
  }
  for (const estimate of estimateRisks(riskModels, tenNodules)) expect(RiskEstimate.parse(estimate).model).toMatch(/-(19|20)\d\d/);
});

test("assessing the same examination twice says the same", () => {
  for (const guideline of guidelines) expect(assessExamination(guideline, tenNodules)).toEqual(assessExamination(guideline, tenNodules));
});

test("ten nodules with half of the inputs missing are assessed by every guideline and model within 10 ms, in the middle of 21 runs", () => {
  const median = (): number => {
    const runs = Array.from({ length: 21 }, () => {
      const started = performance.now();
      for (const guideline of guidelines) assessExamination(guideline, tenNodules);
      estimateRisks(riskModels, tenNodules);
      return performance.now() - started;
    });
    return runs.toSorted((a, b) => a - b)[10]!;
  };
  // The first batches warm up, and the quietest counts: other tests run beside this one.
  expect(Math.min(...Array.from({ length: 10 }, median))).toBeLessThan(10);
});
