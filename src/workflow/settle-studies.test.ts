import { expect, test } from "vitest";
import type { Route } from "./route-study.ts";
import { type StudyInArrival, settleStudies } from "./settle-studies.ts";

const now = new Date(100_000);
const times = { quietMs: 20_000, quietAfterAssociationMs: 5000 };
const study = (studyInstanceUid: string, more: Partial<StudyInArrival> = {}): StudyInArrival => ({
  studyInstanceUid,
  revision: 1,
  state: "receiving",
  lastReceivedAt: new Date(0),
  announced: null,
  studyDescription: null,
  plan: null,
  asked: false,
  ...more,
});

/** Settles these studies. @returns what was done, in order */
async function done(studies: readonly StudyInArrival[], route: Route): Promise<string[]> {
  const said: string[] = [];
  await settleStudies(now, times, {
    settled: async (quietSince) => {
      said.push(`since ${quietSince.getTime()}`);
      return studies;
    },
    arrivalOf: (uid) => ({ kind: uid === "1.9" ? "open" : "unknown" }),
    route: async ({ studyInstanceUid }) => {
      said.push(`route ${studyInstanceUid}`);
      return route;
    },
    setUnread: async ({ studyInstanceUid }, because) => void said.push(`unread ${studyInstanceUid} ${because[0]?.code}`),
    setWaiting: async ({ studyInstanceUid }, plan) => void said.push(`waiting ${studyInstanceUid} ${plan?.analyses?.join()}`),
    enqueue: async (_job, key, urgent) => void said.push(`queue ${key}${urgent ? " first" : ""}`),
    completed: async (uid) => void said.push(`complete ${uid}`),
  });
  return said.slice(1);
}
const read: Route = { kind: "read", rule: "a", plan: { analyses: ["lung-nodule"], urgent: true } };
const unread: Route = { kind: "unread", rule: "b", because: [{ code: "route.refused-by-rule", values: { rule: "b" } }] };

test("a study that is complete waits as its rule says and is queued, and one that already waits is asked for again as it was planned", async () => {
  const waits = study("1.4", { state: "waiting", plan: { analyses: null, urgent: true } });
  expect(await done([study("1.2", { revision: 3 }), waits], read)).toEqual([
    "complete 1.2",
    "route 1.2",
    "waiting 1.2 lung-nodule",
    "queue 1.2/3 first",
    "queue 1.4/1 first",
  ]);
});

test("a study that a rule does not want read makes no job", async () => {
  expect(await done([study("1.2")], unread)).toEqual(["complete 1.2", "route 1.2", "unread 1.2 route.refused-by-rule"]);
});

test("what somebody asked for is read whatever the rules say", async () => {
  expect(await done([study("1.2", { asked: true })], unread)).toEqual(["complete 1.2", "waiting 1.2 undefined", "queue 1.2/1"]);
});

test("a study is left alone while its sender is connected, or not yet quiet", async () => {
  expect(
    await done([study("1.9", { lastReceivedAt: new Date(99_000) }), study("1.2", { lastReceivedAt: new Date(90_000) })], read),
  ).toEqual([]);
});
