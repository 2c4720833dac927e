import { expect, test } from "vitest";
import { Recently } from "./recently.ts";

test("the same is new again when the time is over since it was new, however often it was asked in between; another is new at once", () => {
  const recently = new Recently(1000);
  expect(recently.isNew("a", 0)).toBe(true);
  expect(recently.isNew("a", 999)).toBe(false);
  expect(recently.isNew("b", 999)).toBe(true);
  expect(recently.isNew("a", 1000)).toBe(true);
  expect(recently.isNew("b", 1998)).toBe(false);
  recently.forget("b");
  expect(recently.isNew("b", 1998)).toBe(true);
});
