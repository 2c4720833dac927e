import { expect, test } from "vitest";
import { rereadWithPrior } from "./reread-with-prior.ts";

test("of studies of 30 days that were read without a prior, those are read again that this one is the prior of", async () => {
  const reopened: string[] = [];
  await rereadWithPrior("1.1", new Date("2026-01-31T00:00:00Z"), {
    readWithoutPrior: async (_uid, since) => {
      expect(since).toEqual(new Date("2026-01-01T00:00:00Z"));
      return ["1.2", "1.3"];
    },
    priorOf: async (uid) => (uid === "1.3" ? "1.1" : "1.0"),
    reopen: async (uid) => reopened.push(uid),
  });
  expect(reopened).toEqual(["1.3"]);
});
