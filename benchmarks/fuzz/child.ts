// Reads the inputs that the parent asks for, one after another, and tells what became of each. Started by run-inputs.ts over an ipc channel; what nobody
// catches ends it, which the parent sees.
import { ThreadPool } from "../../src/main/thread-pool.ts";
import { ThreadLost, type Threads } from "../../src/volume/threads.ts";
import { hostileInput } from "./hostile-input.ts";
import { prepareSurroundings, readHostile } from "./read-hostile.ts";
import type { Answer, Question } from "./run-inputs.ts";

const [root = ""] = process.argv.slice(2);
prepareSurroundings(root);
const pool = new ThreadPool(2);
let lostThreads = 0;
const threads: Threads = {
  count: pool.count,
  run: (task, input) =>
    pool.run(task, input).catch((error: unknown) => {
      if (error instanceof ThreadLost) lostThreads++;
      throw error;
    }),
};

process.on("message", async ({ seed, n }: Question) => {
  const input = hostileInput(seed, n);
  const started = performance.now();
  const outcome = await readHostile(input, root, threads);
  const { kind, made } = input;
  const rssMb = process.memoryUsage.rss() / 2 ** 20;
  const answer: Answer = { n, kind, made, ...outcome, lostThreads, ms: performance.now() - started, rssMb };
  lostThreads = 0;
  process.send?.(answer);
});
