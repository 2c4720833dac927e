import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type StoreServer, startPostgresql, storeKinds, withoutPostgresql } from "../../tests/store-servers.ts";
import { Fault } from "../base/fault.ts";
import type { Database } from "./database.ts";
import { JobQueue, type Progress } from "./job-queue.ts";
import { openDatabase } from "./open-database.ts";

const workerProgram = fileURLToPath(new URL("../../tests/store-worker.ts", import.meta.url));

const kind = {
  payload: z.strictObject({ n: z.number() }),
  retryLimit: 2,
  retryDelaySeconds: 1,
  heartbeatSeconds: 10,
  expireInSeconds: 600,
};
// A queue a test: jobs of one do not meet the workers of another.
const kinds = {
  done: kind,
  keyed: kind,
  failing: kind,
  within: kind,
  cancelled: kind,
  slow: { ...kind, retryLimit: 0, expireInSeconds: 1 },
  urgent: kind,
  both: kind,
  test: kind,
};
type Queue = JobQueue<typeof kinds>;

const soon = async (condition: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> => {
  for (const until = Date.now() + limitMs; Date.now() < until && !(await condition()); )
    await new Promise((resolve) => setTimeout(resolve, 50));
};
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

describe.each(storeKinds)("on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let jobs: Queue;
  // Another process, where there can be one.
  let secondDatabase: Database;
  let second: Queue;
  const errors: unknown[] = [];
  beforeAll(async () => {
    server = await start();
    const place = await server.fresh();
    database = await openDatabase(place);
    jobs = await JobQueue.open(database, kinds, (error) => errors.push(error));
    secondDatabase = place.kind === "embedded" ? database : await openDatabase(place);
    second = place.kind === "embedded" ? jobs : await JobQueue.open(secondDatabase, kinds, (error) => errors.push(error));
  });
  afterAll(async () => {
    await jobs.close(1000);
    if (second !== jobs) await second.close(1000);
    await secondDatabase.close();
    await database.close();
    await server.close();
  });
  afterEach(() => expect(errors.splice(0)).toEqual([]));

  test("a job is worked on once, soon after it was sent, with what it carries", async () => {
    const worked: unknown[] = [];
    const stop = await second.work("done", { concurrency: 2 }, async (job) => void worked.push(job));
    const from = performance.now();
    const id = await jobs.send("done", { n: 7 }, { key: "a" });
    await soon(() => worked.length > 0);
    // Sooner than the next look: the workers were told.
    expect(performance.now() - from).toBeLessThan(15_000);
    await stop();
    expect(worked).toEqual([{ id, payload: { n: 7 }, attempt: 1 }]);
    expect(await jobs.counts()).toContainEqual({ queue: "done", state: "completed", jobs: 1 });
    await expect(jobs.send("done", { n: "x" } as never, { key: "a" })).rejects.toThrow(z.ZodError);
  });

  test("while a job of a key waits or runs no other is made, and after it one is", async () => {
    const first = await jobs.send("keyed", { n: 1 }, { key: "a" });
    const again = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? jobs : second).send("keyed", { n }, { key: "a" })));
    expect(new Set(again)).toEqual(new Set([first]));
    expect(await jobs.send("keyed", { n: 2 }, { key: "b" })).not.toBe(first);
    let finish = (): void => undefined;
    const running = new Set<string>();
    const stop = await jobs.work("keyed", { concurrency: 2 }, async ({ id }) => {
      running.add(id);
      await new Promise<void>((resolve) => {
        const before = finish;
        finish = () => {
          before();
          resolve();
        };
      });
    });
    await soon(() => running.size === 2);
    expect(await jobs.send("keyed", { n: 3 }, { key: "a" })).toBe(first);
    expect(await second.keys("keyed")).toEqual(new Set(["a", "b"]));
    finish();
    await stop();
    expect(await second.keys("keyed")).toEqual(new Set());
    const next = await jobs.send("keyed", { n: 4 }, { key: "a" });
    expect(running.has(next)).toBe(false);
  });

  test("a job that fails is tried again, later and later, and then is dead with the reason, until it is run again", async () => {
    const attempts: number[] = [];
    const times: number[] = [];
    let isMended = false;
    const stop = await jobs.work("failing", { concurrency: 1 }, async ({ attempt }) => {
      attempts.push(attempt);
      times.push(Date.now());
      if (!isMended) throw new Fault("output.disk-full", { free: 3 });
    });
    const id = await jobs.send("failing", { n: 1 }, { key: "a" });
    const mine = async () => (await jobs.dead()).filter(({ queue }) => queue === "failing");
    await soon(async () => (await mine()).length > 0, 100_000);
    expect(attempts).toEqual([1, 2, 3]);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(900);
    expect(await mine()).toEqual([
      {
        id,
        queue: "failing",
        payload: { n: 1 },
        attempts: 3,
        diedAt: expect.any(Date),
        because: { code: "output.disk-full", values: { free: 3 } },
      },
    ]);
    isMended = true;
    expect(await second.rerun(id)).toBe(true);
    expect(await second.rerun(id)).toBe(false);
    await soon(() => attempts.length === 4);
    await stop();
    expect(await mine()).toEqual([]);
    expect(await jobs.rerun("no id")).toBe(false);
  });

  test("a job made within a transaction is there if that is committed, and only then", async () => {
    const failed = database.transaction(async (within) => {
      await jobs.send("within", { n: 1 }, { key: "a", within });
      throw new RangeError("undone");
    });
    await expect(failed).rejects.toThrow("undone");
    expect((await jobs.counts()).filter(({ queue }) => queue === "within")).toEqual([]);
    await database.transaction((within) => jobs.send("within", { n: 2 }, { key: "a", within }));
    expect((await jobs.counts()).filter(({ queue }) => queue === "within")).toEqual([{ queue: "within", state: "created", jobs: 1 }]);
  });

  test("a job that is cancelled while it runs has its signal aborted at once, in whatever process, and one that waits never runs", async () => {
    const running: string[] = [];
    const ended: string[] = [];
    const stop = await jobs.work("cancelled", { concurrency: 1 }, async ({ id }, signal) => {
      running.push(id);
      await aborted(signal).finally(() => ended.push(id));
    });
    const id = await jobs.send("cancelled", { n: 1 }, { key: "a" });
    const waiting = await jobs.send("cancelled", { n: 2 }, { key: "b" });
    await soon(() => running.length > 0);
    expect(await second.cancel(waiting)).toBe(true);
    const from = performance.now();
    expect(await second.cancel(id)).toBe(true);
    await soon(() => ended.length > 0);
    // The heart-beat would have found out after 5 s.
    expect(performance.now() - from).toBeLessThan(4500);
    expect(await second.cancel(id)).toBe(false);
    expect(await second.cancel("no id")).toBe(false);
    await stop();
    expect(running).toEqual([id]);
    expect((await jobs.counts()).filter(({ queue }) => queue === "cancelled")).toEqual([
      { queue: "cancelled", state: "cancelled", jobs: 2 },
    ]);
  });

  test("a job that takes longer than allowed has its signal aborted, and counts as failed for that", async () => {
    const stop = await jobs.work("slow", { concurrency: 1 }, async (_, signal) => aborted(signal));
    await jobs.send("slow", { n: 1 }, { key: "a" });
    await soon(async () => (await jobs.dead()).some(({ queue }) => queue === "slow"));
    await stop();
    const [dead] = (await jobs.dead()).filter(({ queue }) => queue === "slow");
    expect(dead?.because).toEqual({ code: "job.expired", values: {} });
  });

  test("of the jobs that wait the urgent one goes first", async () => {
    for (const [n, priority] of [0, 5, 9, 5].entries()) await jobs.send("urgent", { n }, { key: `${n}`, priority });
    const order: number[] = [];
    const stop = await jobs.work("urgent", { concurrency: 1 }, async ({ payload }) => void order.push(payload.n));
    await soon(() => order.length === 4);
    await stop();
    expect(order).toEqual([2, 1, 3, 0]);
  });

  test("two processes that work on one queue do every job once", async () => {
    for (let n = 0; n < 40; n++) await jobs.send("both", { n }, { key: `${n}` });
    const worked: number[] = [];
    const stops = await Promise.all(
      [jobs, second].map((each) => each.work("both", { concurrency: 4 }, async ({ payload }) => void worked.push(payload.n))),
    );
    const from = performance.now();
    await soon(() => worked.length >= 40);
    // A worker goes from job to job; it does not wait for its next look.
    expect(performance.now() - from).toBeLessThan(5000);
    for (const stop of stops) await stop();
    expect(worked.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  test("progress is heard in another process", async () => {
    const heard: Progress[] = [];
    const stop = await second.onProgress((progress) => heard.push(progress));
    await jobs.progress("id", 0.5, "stage.find");
    await soon(() => heard.length > 0);
    await stop();
    expect(heard).toEqual([{ about: "id", fraction: 0.5, stage: "stage.find" }]);
  });

  test("a program that ends lets the jobs in hand end, aborts one that takes longer, and leaves it to another", async () => {
    const place = await server.fresh();
    const open = async (): Promise<{ own: Database; mine: JobQueue<{ test: typeof kind }> }> => {
      const own = await openDatabase(place);
      return { own, mine: await JobQueue.open(own, { test: kind }, (error) => errors.push(error)) };
    };
    const said: string[] = [];
    const ending = await open();
    await ending.mine.work("test", { concurrency: 2 }, async ({ payload }, signal) => {
      said.push(`start ${payload.n}`);
      if (payload.n === 1) await new Promise((resolve) => setTimeout(resolve, 500));
      else await aborted(signal).finally(() => said.push(`abort ${payload.n}`));
    });
    await ending.mine.send("test", { n: 1 }, { key: "1" });
    await ending.mine.send("test", { n: 2 }, { key: "2" });
    await soon(() => said.length === 2);
    await ending.mine.close(2000);
    await ending.own.close();
    expect(said.sort()).toEqual(["abort 2", "start 1", "start 2"]);
    const next = await open();
    const worked: unknown[] = [];
    await next.mine.work("test", { concurrency: 1 }, async ({ payload, attempt }) => void worked.push([payload.n, attempt]));
    await soon(() => worked.length > 0);
    await next.mine.close(1000);
    await next.own.close();
    expect(worked).toEqual([[2, 2]]);
  });

  test("the job of a worker that was killed is taken by another soon after, and none is lost", async () => {
    const place = await server.fresh();
    const worker = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", workerProgram, JSON.stringify(place)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    worker.stdout.on("data", (text) => {
      said += text;
    });
    await soon(() => said !== "");
    worker.kill("SIGKILL");
    await once(worker, "exit");
    const from = performance.now();
    const own = await openDatabase(place);
    const others = await JobQueue.open(own, { test: kind }, (error) => errors.push(error));
    const worked: [string, number, number][] = [];
    await others.work("test", { concurrency: 1 }, async ({ id, payload, attempt }) => void worked.push([id, payload.n, attempt]));
    await soon(() => worked.length === 2);
    const tookMs = performance.now() - from;
    await others.close(1000);
    await own.close();
    const killed = said.trim();
    expect(worked).toEqual([
      [expect.any(String), 2, 1],
      [killed, 1, 2],
    ]);
    expect(tookMs).toBeLessThan(50_000);
  });
});

describe.skipIf(withoutPostgresql)("PostgreSQL", () => {
  test("jobs outlast a server that goes away: who waits is worked on, and whose end could not be noted is worked on again", async () => {
    const server = await startPostgresql();
    const database = await openDatabase(await server.fresh());
    const errors: unknown[] = [];
    const jobs = await JobQueue.open(database, { test: kind }, (error) => errors.push(error));
    const started: string[] = [];
    let release = (): void => undefined;
    await jobs.work("test", { concurrency: 1 }, async ({ payload, attempt }) => {
      started.push(`${payload.n}, attempt ${attempt}`);
      if (payload.n === 1 && attempt === 1)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
    });
    await jobs.send("test", { n: 1 }, { key: "a" });
    await soon(() => started.length === 1);
    await jobs.send("test", { n: 2 }, { key: "b" });
    await server.stop();
    release();
    await expect(jobs.send("test", { n: 3 }, { key: "c" })).rejects.toMatchObject({ code: "store.database-gone" });
    await soon(() => errors.length > 0);
    await server.start();
    await jobs.send("test", { n: 4 }, { key: "d" });
    await soon(() => started.length === 4);
    await jobs.close(1000);
    await database.close();
    await server.close();
    expect(started.sort()).toEqual(["1, attempt 1", "1, attempt 2", "2, attempt 1", "4, attempt 1"]);
    expect(new Set(errors.map((error) => (error instanceof Fault ? error.code : String(error))))).toEqual(new Set(["store.database-gone"]));
  });
});
