import { afterEach, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { type Task, ThreadLost } from "../volume/threads.ts";
import { ThreadPool } from "./thread-pool.ts";

let pool: ThreadPool | null = null;
afterEach(async () => {
  await pool?.close();
  pool = null;
});

const unknownTask: Task<number, number> = { name: "no such task", compute: (input) => input };

test("a task that is not in the table is refused, and the pool goes on", async () => {
  pool = new ThreadPool(2);
  await expect(pool.run(unknownTask, 1)).rejects.toThrow(/add it to main\/tasks\.ts/);
  await expect(pool.run(unknownTask, 2)).rejects.toMatchObject({ name: "RangeError" });
});

test("closing the pool rejects what waits with the reason given", async () => {
  pool = new ThreadPool(1);
  const waiting = [pool.run(unknownTask, 1), pool.run(unknownTask, 2)];
  const closed = pool.close(new Fault("output.disk-full"));
  for (const each of waiting) await expect(each).rejects.toMatchObject({ code: "output.disk-full" });
  await closed;
  await expect(pool.run(unknownTask, 3)).rejects.toThrow("closed");
});

/** A worker that does what its input says. */
const wilful = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ input }) => {
      if (input === "loop") for (;;);
      if (input === "exit") process.exit(0);
      if (input === "hoard") for (const all = []; ; ) all.push(new Array(1e6).fill(all.length + 0.5));
      if (input === "throw") throw new TypeError("outside any task");
      parentPort.postMessage({ kind: "output", output: input });
    });`)}`,
);
const limited: Task<string, string> = { name: "wilful", compute: (input) => input, timeLimitMs: () => 1000 };

test("a thread that does not come back is ended, and the others and those after it work on", async () => {
  pool = new ThreadPool(2, wilful);
  const first = [pool.run(limited, "loop"), pool.run(limited, "a"), pool.run(limited, "b")];
  await expect(Promise.all(first.slice(1))).resolves.toEqual(["a", "b"]);
  await expect(first[0]).rejects.toBeInstanceOf(ThreadLost);
  const after = [pool.run(limited, "loop"), pool.run(limited, "loop"), pool.run(limited, "c")];
  const settled = await Promise.allSettled(after);
  expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

test("a thread that ends by itself or hoards memory is a lost one, and the pool goes on", async () => {
  pool = new ThreadPool(1, wilful);
  await expect(pool.run(limited, "exit")).rejects.toBeInstanceOf(ThreadLost);
  await expect(pool.run({ ...limited, timeLimitMs: () => 100_000 }, "hoard")).rejects.toBeInstanceOf(ThreadLost);
  await expect(pool.run(limited, "a")).resolves.toBe("a");
});

test("what a worker throws outside its task is passed on as it is", async () => {
  pool = new ThreadPool(1, wilful);
  await expect(pool.run(limited, "throw")).rejects.toThrow("outside any task");
  await expect(pool.run(limited, "a")).resolves.toBe("a");
});

test("closing the pool ends a thread in an endless loop", async () => {
  pool = new ThreadPool(1, wilful);
  const looping = pool.run({ name: "wilful", compute: (input: string) => input }, "loop");
  const closed = pool.close(new Fault("output.disk-full"));
  await expect(looping).rejects.toMatchObject({ code: "output.disk-full" });
  await closed;
});
