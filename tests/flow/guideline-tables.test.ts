import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Action, Basis, categoryCode, InputSource, NextStep } from "../../src/findings/assessment.ts";
import { bts2015Cases } from "../../src/guidelines/bts-2015.cases.ts";
import { cLungRads2024Cases } from "../../src/guidelines/c-lung-rads-2024.cases.ts";
import { guidelines, riskModels } from "../../src/guidelines/catalog.ts";
import { china2018Cases } from "../../src/guidelines/china-2018.cases.ts";
import { fleischner2017Cases } from "../../src/guidelines/fleischner-2017.cases.ts";
import type { Guideline } from "../../src/guidelines/guideline.ts";
import { choices, numbers } from "../../src/guidelines/input.ts";
import { lungRads2022Cases } from "../../src/guidelines/lung-rads-2022.cases.ts";
import { assessStated, rowsOf, rulesOf, type Stated } from "../../src/guidelines/stated.ts";
import { hasWords, say } from "../../src/words/say.ts";

const casesOf = {
  "lung-rads-2022": lungRads2022Cases,
  "fleischner-2017": fleischner2017Cases,
  "bts-2015": bts2015Cases,
  "china-2018": china2018Cases,
  "c-lung-rads-2024": cLungRads2024Cases,
} as const;
const clear = { priorBeingLocated: "no", lungsNotEvaluated: "no", infectionSigns: "no" } as const;
const incidental = { reason: "incidental", ageYears: 50, immunosuppression: "no", pastCancer: "no" } as const;
/** What is said of an examination without a nodule, by the rule that must decide it. */
const examinationCases: Readonly<Record<string, Stated>> = {
  "lung-rads-2022.0-prior-being-located": { ...clear, priorBeingLocated: "yes" },
  "lung-rads-2022.0-lungs-not-evaluated": { ...clear, lungsNotEvaluated: "yes" },
  "lung-rads-2022.0-infection": { ...clear, infectionSigns: "yes" },
  "lung-rads-2022.1-no-nodule": clear,
  "fleischner-2017.no-nodule": incidental,
  "bts-2015.no-nodule": incidental,
  "china-2018.no-nodule": {},
  "c-lung-rads-2024.no-nodule": {},
};
const page = readFileSync(new URL("../../docs/clinical/guidelines.md", import.meta.url), "utf8");
/** The rows of the table under a heading, without that of its columns. */
const rowsUnder = (heading: string): string[] => {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  return (section ?? "").split("\n").filter((line) => line.startsWith("| `"));
};

const rowsOfGuideline = ({ table, raise, examinationTable }: Guideline) => [
  ...rowsOf(table),
  ...(raise === null ? [] : [raise.row]),
  ...rowsOf(examinationTable),
];

describe.each(guidelines.map((guideline) => ({ guideline, id: guideline.id })))("$id", ({ guideline, id }) => {
  test("every rule, mark and category has words in both languages, as have its name and whom it is for", () => {
    const codes = [
      `guideline.${id}`,
      `guideline.${id}.population`,
      ...rowsOfGuideline(guideline).map(({ rule }) => `rule.${id}.${rule}`),
      ...[...guideline.marks, ...guideline.examinationMarks].map(({ code }) => `mark.${id}.${code}`),
      ...[...guideline.marks, ...guideline.examinationMarks].flatMap(({ code, modifier }) => (modifier ? [`modifier.${id}.${code}`] : [])),
      ...guideline.categories.map((category) => `category.${id}.${category}`),
    ];
    expect(codes.filter((code) => !hasWords(code))).toEqual([]);
  });

  test("each category has a code of its own, no longer than DICOM allows, also with its modifiers", () => {
    const person = { otherSignificantFinding: true };
    const said = casesOf[id as keyof typeof casesOf].flatMap(({ stated }) => {
      const { examination, nodules } = assessStated(guideline, [stated], { person });
      return [examination, ...nodules].flatMap((each) => each.outcomes.flatMap((outcome) => categoryCode(each, outcome)?.value ?? []));
    });
    const codes = new Set(said);
    expect([...codes].filter((code) => code.length > 16)).toEqual([]);
    expect(codes.size).toBe(guideline.categories.length * (id === "lung-rads-2022" ? 2 : 1));
  });

  test("the clinical page has one row for each rule and no other: what it looks at, how well it is known, and the cases that test it, at least one", () => {
    const cases = casesOf[id as keyof typeof casesOf];
    const decided = cases.map(({ title, stated }) => ({ title, rules: rulesOf(assessStated(guideline, [stated]).nodules[0]!) }));
    const expected = [...new Set(rowsOfGuideline(guideline))].map(({ rule, basis }) => {
      const titles = decided.filter(({ rules }) => rules.includes(rule)).map(({ title }) => title);
      const whole = examinationCases[`${id}.${rule}`];
      if (whole !== undefined) expect(rulesOf(assessStated(guideline, [], { examination: whole }).examination)).toEqual([rule]);
      expect(titles.length > 0 || whole !== undefined, `${id}.${rule} has no test`).toBe(true);
      const tests = titles.length > 0 ? titles.join("; ") : "of the examination";
      return `| \`${rule}\` | ${say("en", `rule.${id}.${rule}`)} | ${basis ?? "published"} | ${tests} |`;
    });
    expect(rowsUnder(say("en", `guideline.${id}`))).toEqual(expected);
    expect(page).toContain(guideline.source);
  });
});

test("every mark and every model stands on the clinical page with how well it is known", () => {
  const marks = guidelines.flatMap(({ id, marks, examinationMarks }) =>
    [...marks, ...examinationMarks].map(
      ({ code, basis }) => `| \`${id}.${code}\` | ${say("en", `mark.${id}.${code}`)} | ${basis ?? "published"} |`,
    ),
  );
  const models = riskModels.map(
    ({ id, basis, source }) =>
      `| \`${id}\` | ${say("en", `risk-model.${id}.population`)} | ${say("en", `risk-model.${id}.outcome`)} | ${basis} | ${source} |`,
  );
  expect(rowsUnder("Marks beside a category")).toEqual(marks);
  expect(rowsUnder("Risk models")).toEqual(models);
});

test("every model, input, source, basis, action and form of a step has words in both languages", () => {
  const made = ["riskFactor", "petDone", "changeByVolume", "meanWholeMm", "solidWholeMm", "sizeMm", "brockPercent", "herderPercent"];
  const codes = [
    ...riskModels.flatMap(({ id }) => ["name", "population", "outcome"].map((what) => `risk-model.${id}.${what}`)),
    ...[...Object.keys(choices), ...Object.keys(numbers)].filter((code) => !made.includes(code)).map((code) => `input.${code}`),
    ...Object.entries(choices)
      .filter(([code]) => code !== "priorCategory" && !made.includes(code))
      .flatMap(([, values]) => values.map((value) => `word.${value}`)),
    ...InputSource.options.map((source) => `input-from.${source}`),
    ...Basis.options.map((basis) => `basis.${basis}`),
    ...Action.options.map((action) => `action.${action}`),
    ...NextStep.shape.strength.options.map((strength) => `step.${strength}`),
    ...NextStep.shape.onlyIf.unwrap().options.map((condition) => `step.only-if-${condition}`),
    ...["declined", "not-classified", "no-rule"].map((kind) => `assessment.${kind}`),
  ];
  expect(codes.filter((code) => !hasWords(code))).toEqual([]);
});

test("nothing that is missing is a made input: it is always one that somebody can state, or the unpublished model", () => {
  for (const guideline of guidelines) {
    const { nodules } = assessStated(guideline, [{}, {}]);
    expect(nodules.flatMap(({ missing }) => missing).filter((code) => !hasWords(`input.${code}`))).toEqual([]);
  }
});
