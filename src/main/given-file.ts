import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Fault } from "../base/fault.ts";

/** @throws Fault cli.path-missing when nothing stands at one of the paths given */
export function requirePaths(paths: readonly string[]): void {
  const missing = paths.findIndex((path) => !existsSync(path));
  if (missing >= 0) throw new Fault("cli.path-missing", { which: missing + 1, of: paths.length });
}

/** The text of a file that an option names. @throws Fault cli.file-missing */
export async function textOf(option: string, file: string): Promise<string> {
  if (!existsSync(file)) throw new Fault("cli.file-missing", { option });
  return readFile(file, "utf8");
}
