import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { Person } from "../../src/findings/person.ts";
import type { ReadResult } from "../../src/findings/read-result.ts";
import { ReportState } from "../../src/findings/report-state.ts";
import { composePatientPage } from "../../src/report/compose-patient-page.ts";
import { reportHtml } from "../../src/report/html.ts";
import { reportPdf } from "../../src/report/pdf.ts";
import { type Sample, sampleReadResult } from "../../src/report/sample-read-result.ts";
import { hasWords, type Language, say } from "../../src/words/say.ts";
import { assess } from "../../src/workflow/assess.ts";
import { sampleNodule } from "../../src/workflow/sample-nodule.ts";

const signed = ReportState.parse({
  state: "signed",
  signedBy: "Wang^Fang=王^芳",
  organization: "Example Hospital",
  signedAt: "2024-03-13T09:30:00+08:00",
});
const screening = Person.parse({ reason: "baseline-screening", prior: "none", sex: "male", smoking: "current", ageYears: 62 });
const accepted = (n: number, mm: number, changes: Partial<Finding> = {}): Finding =>
  sampleNodule(n, mm, { verdict: "accepted", ...changes });

function read(findings: readonly Finding[], language: Language = "en", outcome: NonNullable<Sample["outcome"]> = "done"): ReadResult {
  const result = sampleReadResult({ language, findings: 0, outcome });
  const analyses = result.analyses.map((analysis) => ({ ...analysis, findings: [...findings] }));
  return { ...result, person: screening, analyses, ...assess(result.study, screening, analyses) };
}
const html = (result: ReadResult): string => reportHtml(composePatientPage(result, signed));

test.each([
  ["a report that nobody signed", read([accepted(1, 7)]), ReportState.parse({ state: "unsigned" }), "patient-page.unsigned"],
  ["a mark without a verdict", read([accepted(1, 7), sampleNodule(2, 5)]), signed, "patient-page.undecided"],
  ["lungs that were not read", read([], "en", "declined"), signed, "patient-page.not-read"],
])("there is no page for %s", (_, result, state, code) => {
  expect(() => composePatientPage(result, state)).toThrow(expect.objectContaining({ code }));
  expect(() => composePatientPage(result, state)).toThrow(Fault);
  expect(hasWords(code)).toBe(true);
});

test("a signature needs a name, an organization and a time with its zone", () => {
  const { state, signedBy, organization, signedAt } = signed as Extract<ReportState, { state: "signed" }>;
  for (const wrong of [
    { state, signedBy: " ", organization, signedAt },
    { state, signedBy, organization: "", signedAt },
    { state, signedBy, organization, signedAt: "2024-03-13" },
    { state, signedBy },
  ])
    expect(ReportState.safeParse(wrong).success).toBe(false);
});

test("it says what was accepted, of a hundred such nodules how many are cancer with model, people and inputs, when to come back and whom to ask", () => {
  const text = html(read([accepted(1, 7), sampleNodule(2, 20, { verdict: "rejected" })]));
  for (const phrase of [
    "1 spot in the lungs",
    "No. 1: left lung, a dense spot (solid nodule), about 7 mm across.",
    "No. 1: of 100 such nodules, between 1 and 5 are cancer.",
    "Brock (PanCan) 2013, full, without spiculation",
    "Current and former smokers of 50–75 years in a Canadian screening trial.",
    "age (years): 62; sex: male",
    "The number is a range because this is not known:",
    "The guideline Lung-RADS v2022 says: low-dose CT at 6 months.",
    "Wang Fang · 王芳, who signed the report",
    "It is not a diagnosis",
  ])
    expect(text).toContain(phrase);
  expect(text).not.toContain("No. 2");
});

test("a share below one of a hundred is called that, and a range is rounded outwards", () => {
  const result = read([accepted(1, 7)]);
  const withShare = (low: number, high: number): string =>
    html({ ...result, risks: result.risks.map((risk) => ({ ...risk, probability: { low, high } })) });
  expect(withShare(0.002, 0.004)).toContain("fewer than 1 are cancer");
  expect(withShare(0.004, 0.012)).toContain("between 0 and 2 are cancer");
  expect(withShare(0.076, 0.076)).toContain("about 8 are cancer");
});

test("where several next steps are possible it names none and sends the person to the doctor", () => {
  const result = read([accepted(1, 7)]);
  const open = { ...result, person: Person.parse({ reason: "annual-screening" }) };
  const text = html({ ...open, ...assess(open.study, open.person, open.analyses) });
  expect(text).toContain("Ask your doctor when to come back.");
  expect(text).not.toContain("months");
});

test("without an accepted mark it says so, and gives no chance", () => {
  const text = html(read([sampleNodule(1, 20, { verdict: "rejected" })]));
  expect(text).toContain("No spot (nodule) in the lungs stands in the report.");
  expect(text).not.toContain("of 100");
});

test.each(["en", "zh"] as const)("the page becomes a PDF, its status that of a signed report (%s)", async (language) => {
  const page = composePatientPage(read([accepted(1, 7)], language), signed);
  expect(page.status).toBe(
    say(language, "patient-page.status", { name: "Wang Fang · 王芳", organization: "Example Hospital", date: "2024-03-13" }),
  );
  expect(JSON.stringify(page)).not.toMatch(/undefined|NaN|\[object|[^"]null/);
  const folder = createRequire(import.meta.url)
    .resolve("@expo-google-fonts/noto-sans-sc/package.json")
    .replace(/package\.json$/, "");
  const font = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}${name}`));
  const pdf = await reportPdf(page, {
    regular: font("400Regular/NotoSansSC_400Regular.ttf"),
    bold: font("700Bold/NotoSansSC_700Bold.ttf"),
  });
  expect(new TextDecoder().decode(pdf.subarray(0, 5))).toBe("%PDF-");
});
