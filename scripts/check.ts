// `npm test`: every gate in turn, then all tests; the last line counts them.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const report = join(tmpdir(), `overread-tests-${process.pid}.json`);
const node = process.execPath;
const gates: ReadonlyArray<readonly [name: string, command: string, ...args: string[]]> = [
  ["test programs", node, "scripts/test-programs.ts"],
  ["format and lint", "biome", "ci", "--error-on-warnings", "."],
  ["types", "tsc", "-p", "tsconfig.json"],
  ["pure types", "tsc", "-p", "tsconfig.pure.json"],
  ["types of the pages", "tsc", "-p", "tsconfig.web.json"],
  ["doors", node, "scripts/doors.ts"],
  ["unused code", "knip"],
  ["generated reference", node, "scripts/reference.ts", "--check"],
  ["assessment examples", node, "scripts/assessment-examples.ts", "--check"],
];

let passed = 0;
let failed = 0;
for (const [name, command, ...args] of gates) {
  const started = Date.now();
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  const good = status === 0 && error === undefined;
  if (good) passed += 1;
  else failed += 1;
  console.log(`${good ? "passed" : "FAILED"}  ${name}  ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

const vitest = spawnSync("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`], { stdio: "inherit" });
const Counts = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
});
try {
  const counts = Counts.parse(JSON.parse(readFileSync(report, "utf8")));
  passed += counts.numPassedTests;
  failed += Math.max(counts.numFailedTests, vitest.status === 0 ? 0 : 1);
  console.log(`${passed} passed, ${failed} failed, ${counts.numPendingTests} skipped`);
} catch (error) {
  console.error(error);
  failed += 1;
  console.log(`${passed} passed, ${failed} failed`);
} finally {
  rmSync(report, { force: true });
}
process.exit(failed === 0 ? 0 : 1);
