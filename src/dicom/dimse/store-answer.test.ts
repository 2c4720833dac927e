import { expect, test } from "vitest";
import type { StorableObject } from "./storable-object.ts";
import { answerOfStatus, isStored } from "./store-answer.ts";

const object = { identifiers: ["王伟", "ID 7"] } as unknown as StorableObject;

test("of all 65536 statuses only success and the standard's warnings count as stored", () => {
  const stored = Array.from({ length: 0x10000 }, (_, status) => status).filter((status) => isStored(answerOfStatus(status, "", object)));
  const bxxx = Array.from({ length: 0x1000 }, (_, low) => 0xb000 + low);
  expect(stored).toEqual([0x0000, 0x0001, 0x0107, 0x0116, ...bxxx]);
});

test.each([
  [0xa700, "refused", "Out of resources"],
  [0xa7ff, "refused", "Out of resources"],
  [0xa900, "refused", "Data set does not match SOP class"],
  [0xc000, "refused", "Cannot understand"],
  [0x0122, "not-accepted", "SOP class not supported"],
  [0xb007, "stored-with-warning", "Data set does not match SOP class"],
  [0xff00, "refused", "Failure"],
] as const)("status %i is %s: %s", (status, outcome, meaning) => {
  const answer = answerOfStatus(status, "", object);
  expect([answer.outcome, answer.because?.values.meaning]).toEqual([outcome, meaning]);
});

test("the peer's comment is shown without the patient, without control characters, and not at any length", () => {
  const { because } = answerOfStatus(0xc000, `王伟 (ID 7)\u001b[2J is known\r\n ${"x".repeat(1000)}`, object);
  expect(because?.values.comment).toMatch(/^… \(…\) \[2J is known x+$/);
  expect(String(because?.values.comment).length).toBe(200);
});
