import { hasWords, type Language, say, sayTyped } from "../words/say.ts";
import { type Placeholder, placeholders } from "./template.ts";

/** What a guideline's own template says beyond what all say: categories where it has them, risk models where its steps go by a probability. */
const ofGuideline: Readonly<Record<string, readonly Placeholder[]>> = {
  "lung-rads-2022": ["category", "next-step"],
  "fleischner-2017": ["next-step"],
  "bts-2015": ["next-step", "risks"],
  "china-2018": ["next-step", "risks"],
  "c-lung-rads-2024": ["category", "next-step"],
};

/** The template of a dictation by a guideline, as text to edit. @throws RangeError when there is no such guideline */
export function defaultTemplate(guideline: string, language: Language): string {
  const own = ofGuideline[guideline];
  if (own === undefined) throw new RangeError(`no template for the guideline "${guideline}"`);
  const lines = (...names: readonly Placeholder[]): string =>
    names.map((name) => `{{#${name}}}\n${label(name, language)}{{${name}}}\n{{/${name}}}\n`).join("");
  return [
    `{{! ${sayTyped(language, "template.remark")} }}\n{{! ${placeholders.join(", ")} }}\n`,
    lines("examination", "reason", "technique", "comparison"),
    `${sayTyped(language, "template.heading-findings")}\n${lines("findings", "negatives")}`,
    `${sayTyped(language, "template.heading-impression")}\n${lines("guideline", ...own, "missing", "assumed")}`,
    lines("not-assessed"),
  ].join("\n");
}

const label = (name: Placeholder, language: Language): string => (hasWords(`template.${name}`) ? say(language, `template.${name}`) : "");
