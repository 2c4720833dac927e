import { Fault } from "../base/fault.ts";

/** What a template may ask for. */
export const placeholders = [
  "patient",
  "examination",
  "reason",
  "technique",
  "comparison",
  "findings",
  "negatives",
  "guideline",
  "category",
  "next-step",
  "missing",
  "assumed",
  "risks",
  "not-assessed",
] as const;
export type Placeholder = (typeof placeholders)[number];

type Part = string | { readonly kind: "value"; readonly name: Placeholder } | Section;
interface Section {
  readonly kind: "section";
  readonly name: Placeholder;
  readonly parts: Part[];
  readonly line: number;
}
/** A template that was read without fault. */
export type Template = readonly Part[];

/** `{{name}}`, `{{#name}}`, `{{/name}}`, `{{! remark}}`, or braces that are none of these; a section's mark or a remark alone on its line takes the line with it. */
const mark = /^[ \t]*\{\{([#/!])((?:(?!\}\}).)*)\}\}[ \t]*(?:\n|$)|\{\{([#/!]?)((?:(?!\}\}).)*)\}\}|\{\{|\}\}/gm;

/**
 * Reads a template: plain text in which `{{name}}` stands for what the report says, `{{#name}} … {{/name}}` is left out where it says nothing of that name, and `{{! … }}`
 * is a remark.
 * @throws Fault cli.template-unknown, cli.template-unclosed, cli.template-unopened, cli.template-braces, each with its line
 */
export function parseTemplate(given: string): Template {
  const text = given.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const top: Part[] = [];
  const open: Section[] = [];
  let at = 0;
  for (const match of text.matchAll(mark)) {
    const parts = open.at(-1)?.parts ?? top;
    parts.push(text.slice(at, match.index));
    at = match.index + match[0].length;
    const line = text.slice(0, match.index).split("\n").length;
    const [sign, inner] = [match[1] ?? match[3], (match[2] ?? match[4] ?? "").trim()];
    if (sign === undefined) throw new Fault("cli.template-braces", { line });
    if (sign === "!") continue;
    const name = placeholders.find((known) => known === inner);
    if (name === undefined) throw new Fault("cli.template-unknown", { line, name: inner, known: placeholders.join(", ") });
    if (sign === "#") open.push({ kind: "section", name, parts: [], line });
    else if (sign === "") parts.push({ kind: "value", name });
    else {
      const section = open.pop();
      if (section?.name !== name) throw new Fault("cli.template-unopened", { line, name });
      (open.at(-1)?.parts ?? top).push(section);
    }
  }
  const left = open.at(-1);
  if (left !== undefined) throw new Fault("cli.template-unclosed", { line: left.line, name: left.name });
  return [...top, text.slice(at)];
}

/** A template with what the report says; never more than one empty line in a row. */
export const filled = (template: Template, values: Readonly<Record<Placeholder, string>>): string =>
  textOf(template, values)
    .replace(/\n{3,}/g, "\n\n")
    .trim();

function textOf(parts: Template, values: Readonly<Record<Placeholder, string>>): string {
  const texts = parts.map((part) => {
    if (typeof part === "string") return part;
    if (part.kind === "value") return values[part.name];
    return values[part.name] === "" ? "" : textOf(part.parts, values);
  });
  return texts.join("");
}
