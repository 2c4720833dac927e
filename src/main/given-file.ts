import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Fault } from "../base/fault.ts";

/** The text of a file that an option names. @throws Fault cli.file-missing */
export async function textOf(option: string, file: string): Promise<string> {
  if (!existsSync(file)) throw new Fault("cli.file-missing", { option });
  return readFile(file, "utf8");
}
