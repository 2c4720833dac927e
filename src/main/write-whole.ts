import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { writingFault } from "../base/writing-fault.ts";

/**
 * Writes a text file as a whole: a reader sees the old one or the new one. Folders are made.
 * @throws Fault output.disk-full, output.not-writable
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.partial-${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(fresh, text, { flush: true });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw writingFault(error);
  }
}
