import { expect, test } from "vitest";
import type { VerdictGiven } from "../../findings/verdict-record.ts";
import { NoAnswer } from "../session/server.ts";
import { VerdictQueue, type Waiting } from "./verdict-queue.ts";

function storage(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text), removeItem: (key) => kept.delete(key) };
}
const accepted = (trackingUid: string): VerdictGiven => ({ trackingUid, says: "accepted", reason: null });
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

test("verdicts given while the network is away are said in their order when it is back, each once", async () => {
  const said: Waiting[] = [];
  let away = true;
  const waiting: number[] = [];
  const queue = new VerdictQueue("reader", {
    storage: storage(),
    send: async (word) => {
      if (away) throw new NoAnswer();
      said.push(word);
    },
    wait: () => new Promise((resolve) => setTimeout(resolve, 1)),
    changed: (state) => waiting.push(state.waiting),
  });
  queue.say("1.2", accepted("a"));
  queue.say("1.2", accepted("b"));
  queue.say("1.3", accepted("c"));
  await settled();
  expect(said).toEqual([]);
  expect(queue.waitingOf("1.2").map(({ trackingUid }) => trackingUid)).toEqual(["a", "b"]);
  away = false;
  await settled();
  expect(said.map(({ given }) => given.trackingUid)).toEqual(["a", "b", "c"]);
  expect(waiting.at(-1)).toBe(0);
});

test("what was not said yet survives a reload, and is said under the same account only", async () => {
  const kept = storage();
  const never = { storage: kept, wait: () => new Promise<void>(() => undefined), changed: () => undefined };
  const lost = new VerdictQueue("reader", { ...never, send: () => Promise.reject(new NoAnswer()) });
  lost.say("1.2", accepted("a"));
  await settled();
  const said: string[] = [];
  const ports = { ...never, send: async ({ given }: Waiting) => void said.push(given.trackingUid) };
  new VerdictQueue("another", ports).begin();
  await settled();
  expect(said).toEqual([]);
  new VerdictQueue("reader", ports).begin();
  await settled();
  expect(said).toEqual(["a"]);
});

test("a verdict that the server refuses is told and does not hold up the next", async () => {
  const said: string[] = [];
  const refused: unknown[] = [];
  const queue = new VerdictQueue("reader", {
    storage: storage(),
    send: async ({ given }) => {
      if (given.trackingUid === "gone") throw new Error("no such finding");
      said.push(given.trackingUid);
    },
    wait: async () => undefined,
    changed: (state) => state.refused !== null && refused.push(state.refused),
  });
  queue.say("1.2", accepted("gone"));
  queue.say("1.2", accepted("a"));
  await settled();
  expect(said).toEqual(["a"]);
  expect(refused).toHaveLength(1);
});
