import { expect, test } from "vitest";
import { exitCodeOf, studyOutcome } from "./exit-code.ts";

test("a failure of one analysis shows in its study", () => {
  expect(studyOutcome(["done", "failed"])).toBe("failed");
  expect(studyOutcome(["declined", "done"])).toBe("done");
  expect(studyOutcome(["declined", "partial"])).toBe("partial");
  expect(studyOutcome([])).toBe("declined");
});

test("the exit code is 0 for any study read, 3 for none and 1 for any failure", () => {
  expect(exitCodeOf(["declined", "done"])).toBe(0);
  expect(exitCodeOf(["partial"])).toBe(0);
  expect(exitCodeOf(["declined", "declined"])).toBe(3);
  expect(exitCodeOf([])).toBe(3);
  expect(exitCodeOf(["done", "failed"])).toBe(1);
});
