import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hasWords } from "../../src/words/say.ts";

const root = fileURLToPath(new URL("../../src/", import.meta.url));

const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.startsWith("words"))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** Every match of a pattern in the sources, as `code (file)`. */
function codesIn(pattern: RegExp): { code: string; path: string }[] {
  return sources.flatMap(({ path, text }) => [...text.matchAll(pattern)].map((match) => ({ code: match[1] ?? "", path })));
}

test("every reason given in the sources has words", () => {
  const used = [...codesIn(/\breason\(\s*"([^"]+)"/g), ...codesIn(/\bcode: "([a-z-]+\.[a-z0-9.-]+)"/g)];
  expect(used.length).toBeGreaterThan(30);
  expect(used.filter(({ code }) => !hasWords(code))).toEqual([]);
});

test("every fault thrown in the sources has words", () => {
  const used = codesIn(/\bnew Fault\(\s*"([^"]+)"/g);
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter(({ code }) => !hasWords(code))).toEqual([]);
});

test("every progress stage named in the sources has words", () => {
  const used = codesIn(/\bprogress(?:\.report)?\(\s*"([^"]+)"/g);
  expect(used.length).toBeGreaterThan(2);
  expect(used.filter(({ code }) => !hasWords(`stage.${code}`))).toEqual([]);
});

test("every code put together from parts begins like codes that have words", () => {
  const used = codesIn(/\breason\(\s*`([a-z-]+\.[a-z-]*)\$\{/g);
  const tables = readdirSync(join(root, "words"), { encoding: "utf8" })
    .map((path) => readFileSync(join(root, "words", path), "utf8"))
    .join("\n");
  expect(used.filter(({ code }) => !tables.includes(`"${code}`))).toEqual([]);
});
