import { expect, test } from "vitest";
import { type RetainPorts, type Retention, retainStudies } from "./retain-studies.ts";

const now = new Date("2026-06-01T00:00:00Z");
const dayMs = 86_400_000;
const daysAgo = (days: number): Date => new Date(now.getTime() - days * dayMs);

/** Studies of 10 bytes by how many days ago they got something, and what was done with them. */
async function retained(rules: Partial<Retention>, ages: readonly number[], quarantinedBytes = 0) {
  const done: string[] = [];
  const ports: RetainPorts = {
    keptBytes: async () => 10 * ages.length + quarantinedBytes,
    oldest: async ({ receivedBefore, limit }) =>
      ages
        .toSorted((a, b) => b - a)
        .map((days) => ({ studyInstanceUid: `${days}`, lastReceivedAt: daysAgo(days) }))
        .filter(({ lastReceivedAt }) => lastReceivedAt < receivedBefore)
        .slice(0, limit),
    remove: async (studyInstanceUid, because) => {
      done.push(`${studyInstanceUid} ${because}`);
      return 10;
    },
    removeQuarantined: async (before) => done.push(`quarantine ${(now.getTime() - before.getTime()) / dayMs}`),
  };
  return { done, ...(await retainStudies({ keepMs: null, quotaBytes: null, ...rules }, now, ports)) };
}

test("without rules nothing is removed", async () => {
  expect(await retained({}, [400, 30, 2])).toEqual({ done: [], keptBytes: 30, more: false });
});

test("what is older than it is to be kept goes, quarantine too", async () => {
  const { done, keptBytes } = await retained({ keepMs: 30 * dayMs }, [2, 31, 30, 400]);
  expect(done).toEqual(["quarantine 30", "400 keep-days", "31 keep-days"]);
  expect(keptBytes).toBe(20);
});

test("near the quota the oldest go, until there is room again", async () => {
  expect((await retained({ quotaBytes: 100 }, [9, 8, 7, 6, 5, 4, 3, 2, 1.5])).done).toEqual([]);
  const over = await retained({ quotaBytes: 100 }, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  expect(over).toEqual({ done: ["12 quota", "11 quota"], keptBytes: 90, more: false });
});

test("what was set aside takes room like other images", async () => {
  expect((await retained({ quotaBytes: 100 }, [9, 8], 85)).done).toEqual(["9 quota"]);
});

test("what came in during the last day stays, though the quota is reached", async () => {
  expect(await retained({ quotaBytes: 20 }, [0.9, 0.5, 0.1])).toEqual({ done: [], keptBytes: 30, more: false });
});

test("of very many only some go at once, and it is said that there may be more", async () => {
  const { done, more } = await retained(
    { quotaBytes: 1 },
    Array.from({ length: 50 }, (_, n) => 100 + n),
  );
  expect(done).toHaveLength(20);
  expect(more).toBe(true);
});
