import { afterEach, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import type { Task } from "../volume/threads.ts";
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
