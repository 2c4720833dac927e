import { expect, test } from "vitest";
import { settleStudies } from "./settle-studies.ts";

test("a study that is complete waits and is queued, and one that already waits is asked for again", async () => {
  const said: string[] = [];
  const count = await settleStudies(new Date(5), {
    settled: async (quietSince) => {
      said.push(`since ${quietSince.getTime()}`);
      return [
        { studyInstanceUid: "1.2", revision: 3, state: "receiving" },
        { studyInstanceUid: "1.4", revision: 1, state: "waiting" },
      ];
    },
    enqueue: async (_job, key) => void said.push(`queue ${key}`),
    setWaiting: async ({ studyInstanceUid }) => void said.push(`waiting ${studyInstanceUid}`),
  });
  expect(count).toBe(2);
  expect(said).toEqual(["since 5", "waiting 1.2", "queue 1.2/3", "queue 1.4/1"]);
});
