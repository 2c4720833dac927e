import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writing } from "./writing.ts";

/** What a killed process left is removed after so long; nothing is written or lent for longer. */
const leftoverMs = 86_400_000;

/** A folder for what is being written or lent, without what killed processes left there. @throws Fault output.… */
export async function openTemporary(folder: string): Promise<void> {
  await writing(mkdir(folder, { recursive: true }));
  for (const name of await writing(readdir(folder))) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > leftoverMs) await rm(path, { recursive: true, force: true });
  }
}
