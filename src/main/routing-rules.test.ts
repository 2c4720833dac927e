import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { say } from "../words/say.ts";
import { usualRules } from "../workflow/usual-rules.ts";
import { routingRules } from "./routing-rules.ts";

const folder = mkdtempSync(join(tmpdir(), "overread-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

function given(text: string): ReturnType<typeof routingRules> {
  const path = join(folder, "rules.json");
  writeFileSync(path, text);
  return routingRules("--rules", path);
}
const ruled = (rule: object) => given(JSON.stringify({ rules: [{ name: "a", when: {}, decision: "read", ...rule }], otherwise: "read" }));

test("without a file the usual rules stand, and a file that holds them says the same", async () => {
  expect(await routingRules("--rules", null)).toEqual(usualRules);
  expect(await given(JSON.stringify(usualRules))).toEqual(usualRules);
});

test("an empty rule file is refused, and so is one that is missing", async () => {
  await expect(given("")).rejects.toMatchObject({ code: "cli.routing-not-json" });
  await expect(routingRules("--rules", join(folder, "none.json"))).rejects.toMatchObject({ code: "cli.file-missing" });
});

test.each([
  ['{\n  "rules": [],\n  otherwise: "read" }', /not JSON .*line 3 column 3/],
  ['{\n  "rules": [}', /not JSON .*Unexpected token '}', "{ "rules": \[}"/],
])("what is wrong with the letters of %j is said with its place", async (text, sentence) => {
  const fault = await given(text).catch((error: unknown) => error);
  const { code, values } = fault as { code: string; values: Record<string, string> };
  expect(say("en", code, values)).toMatch(sentence);
});

test.each([
  [{ when: { modalty: ["CT"] } }, "rules.0.when.modalty"],
  [{ when: { text: ["lung", "^"] } }, "rules.0.when.text.1"],
  [{ when: { callingAe: ["A NAME FAR TOO LONG"] } }, "rules.0.when.callingAe.0"],
  [{ decision: "maybe" }, "rules.0.decision"],
  [{ decision: "do-not-read", urgent: true }, "rules.0.decision"],
  [{ name: "" }, "rules.0.name"],
])("what is wrong in %j is said with its place", async (rule, where) => {
  await expect(ruled(rule)).rejects.toMatchObject({ code: "cli.routing-invalid", values: { where } });
});

test("an analysis that there is not is named by its place", async () => {
  await expect(ruled({ analyses: ["lung-nodule", "tea-leaves"] })).rejects.toMatchObject({
    code: "cli.routing-unknown-analysis",
    values: { where: "rules.0.analyses.1" },
  });
});
