import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { commandOf, languageOf } from "./arguments.ts";

const faultCode = (argv: string[]): string => {
  try {
    commandOf(argv);
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "none";
};

test("a read names its paths, its folder and its choices", () => {
  expect(
    commandOf(["read", "a", "b.zip", "--out", "o", "--lang", "zh", "--json", "--all-candidates", "--person", "p.json", "--analysis", "x"]),
  ).toEqual({
    command: "read",
    paths: ["a", "b.zip"],
    demo: false,
    out: "o",
    analysis: "x",
    prior: null,
    person: "p.json",
    allCandidates: true,
    language: "zh",
    json: true,
  });
});

test.each([
  [["red"], "cli.unknown-command"],
  [["read", "a"], "cli.no-out"],
  [["read", "--out", "o"], "cli.no-path"],
  [["read", "a", "--demo", "--out", "o"], "cli.demo-and-path"],
  [["read", "a", "--out", "o", "--lang", "fr"], "cli.bad-language"],
  [["read", "a", "--out", "o", "--colour"], "cli.unknown-option"],
  [["read", "a", "--out"], "cli.missing-value"],
  [["phantom", "--out", "o", "--seed", "-1"], "cli.missing-value"],
  [["phantom", "--out", "o", "--seed", "4294967296"], "cli.bad-seed"],
])("%j is a mistake called %s", (argv, code) => {
  expect(faultCode(argv)).toBe(code);
});

test("the language of a faulty line is still known", () => {
  expect(languageOf(["read", "--lang", "zh", "--colour"])).toBe("zh");
  expect(languageOf(["read", "--lang=zh"])).toBe("zh");
  expect(languageOf(["read"])).toBe("en");
});
