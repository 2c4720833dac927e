import { expect, test } from "vitest";
import { isComplete } from "./is-complete.ts";

const at = (seconds: number): Date => new Date(seconds * 1000);
const times = { quietMs: 20_000, quietAfterAssociationMs: 5000 };
const ended = { kind: "ended", at: at(100) } as const;
test.each([
  ["after the quiet time", "unknown", null, 119, false],
  ["after the quiet time", "unknown", null, 120, true],
  ["at once when all that was announced is there", "unknown", "all", 101, true],
  ["after the short quiet time when its associations have ended", "ended", null, 104, false],
  ["after the short quiet time when its associations have ended", "ended", null, 105, true],
  ["after the whole quiet time when more was announced", "ended", "more", 119, false],
  ["after the whole quiet time when more was announced", "ended", "more", 120, true],
  ["not while an association is open", "open", "all", 299, false],
  ["ten quiet times after its last object, though an association is open", "open", null, 300, true],
] as const)("a study is complete %s (%s, %s, at %i s: %s)", (_, kind, announced, now, complete) => {
  const arrival = kind === "ended" ? ended : { kind };
  expect(isComplete({ lastReceivedAt: at(100), announced }, arrival, at(now), times)).toBe(complete);
});
