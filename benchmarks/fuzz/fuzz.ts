// Reads hostile inputs made from seeds/, prints what was wrong with the reading, and with --write keeps what became of them in results.json.
// Usage: node benchmarks/fuzz/fuzz.ts [--seed 1] [--from 0] [--count 20000] [--write]     Exit code 1 when a bug was found.
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

const kinds = new Map<string, number>();
const said = new Map<string, number>();
const bugs: { n: number; made: readonly string[]; bug: string }[] = [];
const worst: { slowest?: Answer; largest?: Answer } = {};
let lostThreads = 0;
let done = 0;
const one = (of: Map<string, number>, key: string): unknown => of.set(key, (of.get(key) ?? 0) + 1);

const started = performance.now();
const secondsSoFar = (): number => Math.round((performance.now() - started) / 1000);
for await (const answer of runInputs(
  seed,
  Array.from({ length: count }, (_, n) => from + n),
  limits,
)) {
  one(kinds, answer.kind);
  for (const code of answer.said.length > 0 ? answer.said : ["nothing"]) one(said, code);
  for (const bug of answer.bugs) {
    bugs.push({ n: answer.n, made: answer.made, bug });
    console.log(`${answer.n} ${answer.made.join(", ")}\n  ${bug.split("\n").slice(0, 6).join("\n  ")}`);
  }
  lostThreads += answer.lostThreads;
  if (answer.ms > (worst.slowest?.ms ?? 0)) worst.slowest = answer;
  if (answer.rssMb > (worst.largest?.rssMb ?? 0)) worst.largest = answer;
  done++;
  if (done % 500 === 0) console.log(`${done} of ${count}, ${secondsSoFar()} s, ${bugs.length} bugs`);
}

const git = (...args: readonly string[]): string =>
  execFileSync("git", args, { encoding: "utf8", cwd: fileURLToPath(new URL("../..", import.meta.url)) }).trim();
const changed = git("status", "--porcelain", "--", "src", "benchmarks/fuzz") !== "";
const brief = (answer: Answer | undefined) =>
  answer && { n: answer.n, made: answer.made, ms: Math.round(answer.ms), rssMb: Math.round(answer.rssMb) };
const byCount = (counts: Map<string, number>) => Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
const report = {
  seed,
  from,
  count,
  limits,
  seconds: secondsSoFar(),
  commit: `${git("rev-parse", "HEAD")}${changed ? ", and changes not committed" : ""}`,
  machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version },
  bugs,
  lostThreads,
  slowest: brief(worst.slowest),
  largest: brief(worst.largest),
  kinds: byCount(kinds),
  said: byCount(said),
};
console.log(JSON.stringify({ ...report, bugs: bugs.length }, null, 2));
if (values.write) writeFileSync(new URL("results.json", import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = bugs.length > 0 ? 1 : 0;
