import { expect, test } from "vitest";
import { standingVerdicts, VerdictGiven, type VerdictRecord } from "./verdict-record.ts";

const record = (id: number, account: string, says: VerdictGiven["says"], trackingUid = "1.1"): VerdictRecord => ({
  id,
  account,
  saidAt: new Date(id),
  given: { trackingUid, says, reason: null },
});
const standing = (...records: VerdictRecord[]): string[] =>
  standingVerdicts(records, "1.1").map(({ account, given }) => `${account} ${given.says}`);

test("a reader's later word replaces the earlier one, and never another reader's", () => {
  expect(standing(record(1, "li", "accepted"), record(2, "wu", "rejected"), record(3, "li", "rejected"))).toEqual([
    "wu rejected",
    "li rejected",
  ]);
});

test("what is withdrawn no longer stands, and the other reader's word does", () => {
  expect(standing(record(1, "li", "accepted"), record(2, "wu", "rejected"), record(3, "wu", "withdrawn"))).toEqual(["li accepted"]);
});

test("the order of the records is that of their numbers, and other marks do not count", () => {
  expect(standing(record(2, "li", "rejected"), record(1, "li", "accepted"), record(3, "li", "accepted", "1.2"))).toEqual(["li rejected"]);
});

test("only a rejection has a reason", () => {
  expect(VerdictGiven.safeParse({ trackingUid: "1.1", says: "rejected", reason: "vessel" }).success).toBe(true);
  expect(VerdictGiven.safeParse({ trackingUid: "1.1", says: "accepted", reason: "vessel" }).success).toBe(false);
});
