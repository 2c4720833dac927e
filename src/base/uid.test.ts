import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { derivedUid } from "./uid.ts";

test("a derived UID is the head of the SHA-256 of its length-prefixed parts, as a 2.25 UID of at most 64 characters", () => {
  const head = createHash("sha256").update("3:abc1:d").digest("hex").slice(0, 32);
  expect(derivedUid("abc", "d")).toBe(`2.25.${BigInt(`0x${head}`)}`);
  expect(derivedUid("abc", "d").length).toBeLessThanOrEqual(64);
});

test("moving a letter from one part to the next changes the UID", () => {
  expect(derivedUid("ab", "c")).not.toBe(derivedUid("a", "bc"));
});
