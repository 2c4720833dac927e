import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { say } from "../words/say.ts";
import { filled, type Placeholder, parseTemplate, placeholders } from "./template.ts";
import { defaultTemplate } from "./template-default.ts";

const nothing = Object.fromEntries(placeholders.map((name) => [name, ""])) as Record<Placeholder, string>;
const made = (template: string, values: Partial<Record<Placeholder, string>>): string =>
  filled(parseTemplate(template), { ...nothing, ...values });

test("a name gives way to what the report says, and a section that says nothing is left out with its lines", () => {
  const template = "Findings:\n{{findings}}\n{{#risks}}\nRisks: {{risks}}\n{{/risks}}\nEnd";
  expect(made(template, { findings: "one\ntwo" })).toBe("Findings:\none\ntwo\nEnd");
  expect(made(template, { findings: "one", risks: "5 %" })).toBe("Findings:\none\nRisks: 5 %\nEnd");
});

test("sections may stand within a line and within each other", () => {
  const template = "{{#category}}[{{category}}{{#next-step}}: {{next-step}}{{/next-step}}]{{/category}}";
  expect(made(template, { category: "2" })).toBe("[2]");
  expect(made(template, { category: "2", "next-step": "CT" })).toBe("[2: CT]");
  expect(made(template, { "next-step": "CT" })).toBe("");
});

test("remarks are left out, whatever the line ends are and whether or not a byte order mark leads", () => {
  expect(made("\uFEFF{{! remark }}\r\na {{! another }}b\r\n{{findings}}\r\n", { findings: "c" })).toBe("a b\nc");
});

test("what a value holds is never read as a template", () => {
  expect(made("{{examination}}", { examination: "{{patient}} {{#x}}", patient: "Doe" })).toBe("{{patient}} {{#x}}");
});

test.each([
  ["one\n\n{{finding}}", "cli.template-unknown", 3],
  ["{{#nonsense}}{{/nonsense}}", "cli.template-unknown", 1],
  ["one\n{{#findings}}\n{{findings}}\n", "cli.template-unclosed", 2],
  ["{{findings}}\n  {{/findings}}\n", "cli.template-unopened", 2],
  ["{{#risks}}\n{{#category}}\n{{/risks}}\n{{/category}}", "cli.template-unopened", 3],
  ["one\n{{findings\n}}", "cli.template-braces", 2],
  ["one }}", "cli.template-braces", 1],
])("a fault in a template is named with its line, in both languages (%j)", (template, code, line) => {
  let fault: unknown;
  try {
    parseTemplate(template);
  } catch (error) {
    fault = error;
  }
  if (!(fault instanceof Fault)) throw new Error("no fault");
  expect([fault.code, fault.values.line]).toEqual([code, line]);
  expect(say("en", fault.code, fault.values)).toContain(`line ${line}:`);
  expect(say("zh", fault.code, fault.values)).toContain(`模板第 ${line} 行`);
});

test.each(
  ["lung-rads-2022", "fleischner-2017", "bts-2015", "china-2018", "c-lung-rads-2024"].flatMap((id) => [
    [id, "en"] as const,
    [id, "zh"] as const,
  ]),
)("the template of %s can be read (%s), and says what was found, the next step and what was not assessed", (id, language) => {
  const values = { findings: "FOUND", "next-step": "NEXT", "not-assessed": "OPEN" };
  const text = made(defaultTemplate(id, language), values);
  for (const value of Object.values(values)) expect(text).toContain(value);
  expect(text).not.toMatch(/[{}]/);
});

test("a guideline without a template of its own is the caller's mistake", () => {
  expect(() => defaultTemplate("nobody-1999", "en")).toThrow(RangeError);
});
