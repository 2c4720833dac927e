// Writes what reports say of made-up examinations, in both languages, to docs/clinical/examples/, for a stranger to check line by line against the
// guidelines; with --check only compares. The findings are nobody's: sizes and textures typed in below.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Finding } from "../src/findings/finding.ts";
import { Person } from "../src/findings/person.ts";
import type { AnalysisReading } from "../src/findings/read-result.ts";
import { blockLines } from "../src/report/block-lines.ts";
import { assessmentSection } from "../src/report/compose-assessment.ts";
import { dictation } from "../src/report/dictation.ts";
import { sampleReadResult } from "../src/report/sample-read-result.ts";
import type { Language } from "../src/words/say.ts";
import { assess } from "../src/workflow/assess.ts";
import { sampleCompared, sampleComparison, sampleNodule } from "../src/workflow/sample-nodule.ts";

interface Nodule {
  readonly mm: number;
  readonly texture?: Finding["texture"];
  readonly rejected?: true;
  /** What a prior examination showed at its place: a size and how long ago, nothing, or not to be told. */
  readonly prior?: Parameters<typeof sampleComparison>[1];
}

interface Example {
  readonly name: string;
  readonly person: unknown;
  readonly nodules: readonly Nodule[];
  readonly outcome?: AnalysisReading["outcome"];
}

const first = {
  reason: "baseline-screening",
  prior: "none",
  ageYears: 62,
  sex: "male",
  smoking: "current",
  packYears: 35,
  quitYear: "not-quit",
};
const later = { ...first, reason: "annual-screening", prior: "unknown" };
const found = {
  reason: "incidental",
  prior: "none",
  ageYears: 55,
  sex: "female",
  smoking: "never",
  packYears: 0,
  immunosuppression: false,
  pastCancer: [],
  familyHistoryOfLungCancer: false,
  familyHistoryOfCancer: false,
  exposures: [],
  copd: false,
  emphysema: false,
  pulmonaryFibrosis: false,
  pastTuberculosis: false,
};
const examples: readonly Example[] = [
  { name: "screening, nothing marked", person: first, nodules: [] },
  { name: "screening, solid 5.9 mm", person: first, nodules: [{ mm: 5.9 }] },
  { name: "screening, solid 6.0 mm", person: first, nodules: [{ mm: 6 }] },
  { name: "screening, solid 8.0 mm", person: first, nodules: [{ mm: 8 }] },
  { name: "screening, solid 15.0 mm", person: first, nodules: [{ mm: 15 }] },
  { name: "screening, mass of 34 mm", person: first, nodules: [{ mm: 34 }] },
  { name: "screening, part-solid 7 mm, solid part not measured", person: first, nodules: [{ mm: 7, texture: "part-solid" }] },
  { name: "screening, ground glass 29.9 mm", person: first, nodules: [{ mm: 29.9, texture: "non-solid" }] },
  { name: "screening, ground glass 30.0 mm", person: first, nodules: [{ mm: 30, texture: "non-solid" }] },
  { name: "screening, one of 9 mm and four that decide nothing", person: first, nodules: [9, 5.5, 5, 4.5, 4].map((mm) => ({ mm })) },
  { name: "screening, a part-solid one beside a larger solid one", person: first, nodules: [{ mm: 16 }, { mm: 5, texture: "part-solid" }] },
  { name: "screening, the largest rejected", person: first, nodules: [{ mm: 20, rejected: true }, { mm: 4 }] },
  { name: "screening, lungs not seen as a whole", person: first, nodules: [{ mm: 5 }], outcome: "partial" },
  { name: "screening, prior not known", person: { ...first, prior: "unknown" }, nodules: [{ mm: 7 }] },
  { name: "incidental, solid 5.4 mm", person: found, nodules: [{ mm: 5.4 }] },
  { name: "incidental, solid 7 mm", person: found, nodules: [{ mm: 7 }] },
  { name: "incidental, solid 9 mm, smoker", person: { ...found, smoking: "current", packYears: 40 }, nodules: [{ mm: 9 }] },
  { name: "incidental, several solid", person: found, nodules: [{ mm: 8 }, { mm: 7 }] },
  { name: "incidental, ground glass 8 mm", person: found, nodules: [{ mm: 8, texture: "non-solid" }] },
  {
    name: "incidental, cancer in the past",
    person: { ...found, pastCancer: [{ site: "breast", extrathoracic: true, year: 2015 }] },
    nodules: [{ mm: 7 }],
  },
  { name: "reason not known, nobody known", person: {}, nodules: [{ mm: 7 }] },
  {
    name: "follow-up, new solid 5 mm beside an old one",
    person: later,
    nodules: [
      { mm: 5, prior: "new" },
      { mm: 5, prior: { mm: 5, days: 365 } },
    ],
  },
  { name: "follow-up, solid 6.0 to 7.5 mm in a year", person: later, nodules: [{ mm: 7.5, prior: { mm: 6, days: 365 } }] },
  { name: "follow-up, solid 6.0 to 7.6 mm in a year", person: later, nodules: [{ mm: 7.6, prior: { mm: 6, days: 365 } }] },
  { name: "follow-up, solid 7.0 to 9.0 mm in two years", person: later, nodules: [{ mm: 9, prior: { mm: 7, days: 730 } }] },
  { name: "follow-up, change cannot be told", person: later, nodules: [{ mm: 7, prior: "cannot-tell" }] },
  {
    name: "incidental, solid 7.0 to 9.0 mm in six months",
    person: { ...found, prior: "unknown" },
    nodules: [{ mm: 9, prior: { mm: 7, days: 182 } }],
  },
];

function textOf({ name, person, nodules, outcome = "done" }: Example, language: Language): string {
  const result = sampleReadResult({ language, findings: 0 });
  const followed = nodules.flatMap(({ prior }) => (prior === undefined ? [] : [typeof prior === "string" ? 365 : prior.days]));
  const analyses = result.analyses.map((analysis) => {
    const reading = { ...analysis, outcome, findings: nodules.map(findingOf) };
    return followed[0] === undefined ? reading : sampleCompared(reading, Math.max(...followed));
  });
  // Age and sex are the person's alone here.
  const study = { ...result.study, patient: { ...result.study.patient, ageYears: null, sex: null } };
  const read = { ...result, study, person: Person.parse(person), analyses, ...assess(study, Person.parse(person), analyses) };
  const [analysis] = analyses;
  const sections = analysis === undefined ? [] : assessmentSection(read, analysis, language);
  const lines = sections.flatMap(({ heading, blocks }) => [`# ${heading}`, ...blocks.flatMap(blockLines)]);
  return `# ${name}\n\n${dictation(read, language)}\n${lines.join("\n")}\n`;
}

const findingOf = ({ mm, texture = "solid", rejected, prior }: Nodule, n: number): Finding =>
  sampleNodule(n + 1, mm, {
    texture,
    verdict: rejected ? "rejected" : null,
    ...(prior !== undefined && { comparison: sampleComparison(mm, prior) }),
  });

const check = process.argv.includes("--check");
const folder = new URL("../docs/clinical/examples/", import.meta.url);
mkdirSync(folder, { recursive: true });
let stale = 0;
for (const [n, example] of examples.entries()) {
  for (const language of ["en", "zh"] as const) {
    const name = `${String(n + 1).padStart(2, "0")}-${example.name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.${language}.txt`;
    const [file, text] = [new URL(name, folder), textOf(example, language)];
    if (!check) writeFileSync(file, text);
    else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
      console.error(`docs/clinical/examples/${name} is not what the report says: run node scripts/assessment-examples.ts`);
      stale += 1;
    }
  }
}
process.exit(stale === 0 ? 0 : 1);
