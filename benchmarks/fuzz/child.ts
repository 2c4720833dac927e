// Reads the inputs that the parent asks for, one after another, and tells what became of each. Started by run-inputs.ts over an ipc channel; what nobody
// catches ends it, which the parent sees.
import { ThreadPool } from "../../src/main/thread-pool.ts";
import { hostileInput } from "./hostile-input.ts";
import { prepareSurroundings, readHostile } from "./read-hostile.ts";
import type { Answer, Question } from "./run-inputs.ts";

const [root = ""] = process.argv.slice(2);
prepareSurroundings(root);
const threads = new ThreadPool(2);

process.on("message", async ({ seed, n }: Question) => {
  const input = hostileInput(seed, n);
  const started = performance.now();
  const outcome = await readHostile(input, root, threads);
  const { kind, made } = input;
  const answer: Answer = { n, kind, made, ...outcome, ms: performance.now() - started, rssMb: process.memoryUsage.rss() / 2 ** 20 };
  process.send?.(answer);
});
