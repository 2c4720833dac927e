import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";

/** Commit of the checkout, with "+" when what is measured or measures differs from it. */
export function commit(): string {
  const git = (...words: string[]): string => execFileSync("git", words, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", "../../src", "../../models", "*.ts");
  return `${git("rev-parse", "--short", "HEAD")}${changed === "" ? "" : "+"}`;
}

export const machine = (threads: number): string => `${cpus()[0]?.model ?? "unknown"}, ${threads} thread(s), Node ${process.version}`;

/** One SHA-256 of files in the order given: of the lines "SHA-256 of the file, two spaces, its name", as sha256sum prints them. */
export async function filesSha256(folder: string, names: readonly string[]): Promise<string> {
  const whole = createHash("sha256");
  for (const name of names) {
    const own = createHash("sha256").update(await readFile(join(folder, name)));
    whole.update(`${own.digest("hex")}  ${name}\n`);
  }
  return whole.digest("hex");
}
