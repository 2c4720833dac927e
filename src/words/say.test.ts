import { expect, test } from "vitest";
import { placeholdersOf, say, sayNumber, sayTyped } from "./say.ts";

test("a number keeps the decimals its placeholder asks for", () => {
  expect(sayTyped("en", "report.age-years", { years: 61.4 })).toBe("61 years");
  expect(sayTyped("zh", "report.age-years", { years: 61.4 })).toBe("61 岁");
});

test("a negative number has a true minus sign and zero has none", () => {
  expect(sayNumber(-612.34, 0)).toBe("−612");
  expect(sayNumber(-0.01, 1)).toBe("0.0");
  expect(sayNumber(0.05)).toBe("0.05");
  expect(sayNumber(2.5)).toBe("2.5");
});

test("one is said in the singular", () => {
  expect(say("en", "report.marked", { count: 1 })).toBe("1 place marked in the lungs.");
  expect(say("en", "report.marked", { count: 3 })).toBe("3 places marked in the lungs.");
});

test("a word inside a sentence is said in the language of the sentence", () => {
  expect(say("zh", "report.side-lung", { side: "left" })).toBe("左肺");
  expect(say("en", "report.side-lung", { side: "left" })).toBe("left lung");
});

test("an unknown code and a missing value are the caller's mistakes", () => {
  expect(() => say("en", "report.nonsense")).toThrow(RangeError);
  expect(() => say("en", "toString")).toThrow(RangeError);
  expect(() => say("en", "report.age-years", {})).toThrow(/years/);
});

test("the names a sentence needs are listed once each", () => {
  expect(placeholdersOf("{b} {a:1} {b|x|y} {c:word}")).toEqual(["a", "b", "c"]);
});
