import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ReadResult } from "../../src/findings/read-result.ts";

const launcher = fileURLToPath(new URL("../../bin/overread", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs bin/overread as a user would, under the Node that is on the PATH. */
export function overread(
  args: readonly string[],
  during?: (kill: (signal: NodeJS.Signals) => void, stderr: () => string) => void,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(launcher, args, { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      during?.(
        (signal) => child.kill(signal),
        () => stderr,
      );
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The one line that `--json` prints. */
export function jsonOf(ran: Ran): { studies: { path: string; outcome: string; reasons: { code: string; text: string }[] }[] } {
  return JSON.parse(ran.stdout);
}

export const codesOf = (ran: Ran): string[] => jsonOf(ran).studies.flatMap(({ reasons }) => reasons.map(({ code }) => code));

/** findings.json of each study written below a folder, checked against its schema. */
export function resultsIn(out: string): ReadResult[] {
  return readdirSync(out).map((name) => ReadResult.parse(JSON.parse(readFileSync(join(out, name, "findings.json"), "utf8"))));
}
