// Reads hostile inputs made from seeds/ and with --write writes what became of them to results-seed-N.json.
// Usage: node benchmarks/fuzz/fuzz.ts [--seed 1] [--from 0] [--count 20000] [--write]
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Answer, runInputs } from "./run-inputs.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    count: { type: "string", default: "20000" },
    write: { type: "boolean", default: false },
  },
});
const [seed, from, count] = [Number(values.seed), Number(values.from), Number(values.count)];
const limits = { seconds: 120, rssMb: 1500 };

const kinds: Record<string, number> = {};
const said: Record<string, number> = {};
const bugs: { n: number; made: readonly string[]; bug: string }[] = [];
let slowest: Answer | null = null;
let largest: Answer | null = null;
const started = performance.now();
let done = 0;
for await (const answer of runInputs(
  seed,
  Array.from({ length: count }, (_, n) => from + n),
  limits,
)) {
  done++;
  kinds[answer.kind] = (kinds[answer.kind] ?? 0) + 1;
  for (const code of answer.said.length > 0 ? answer.said : ["nothing"]) said[code] = (said[code] ?? 0) + 1;
  for (const bug of answer.bugs) {
    bugs.push({ n: answer.n, made: answer.made, bug });
    console.log(`${answer.n} ${answer.made.join(", ")}\n  ${bug.split("\n").slice(0, 6).join("\n  ")}`);
  }
  if (slowest === null || answer.ms > slowest.ms) slowest = answer;
  if (largest === null || answer.rssMb > largest.rssMb) largest = answer;
  if (done % 500 === 0) console.log(`${done} of ${count}, ${Math.round((performance.now() - started) / 1000)} s, ${bugs.length} bugs`);
}

const brief = ({ n, made, ms, rssMb }: Answer) => ({ n, made, ms: Math.round(ms), rssMb: Math.round(rssMb) });
const report = {
  seed,
  from,
  count,
  limits,
  seconds: Math.round((performance.now() - started) / 1000),
  commit: execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", cwd: fileURLToPath(new URL(".", import.meta.url)) }).trim(),
  machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version },
  bugs,
  slowest: slowest && brief(slowest),
  largest: largest && brief(largest),
  kinds,
  said: Object.fromEntries(Object.entries(said).sort(([, a], [, b]) => b - a)),
};
console.log(JSON.stringify({ ...report, bugs: bugs.length }, null, 2));
if (values.write) writeFileSync(new URL(`results-seed-${seed}.json`, import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = bugs.length > 0 ? 1 : 0;
