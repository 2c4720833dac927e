import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../base/fault.ts";

/** A file of a result: its path within the result's folder, and its bytes. */
export interface ResultFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const partial = ".partial-";

/**
 * Writes a result as a whole: into a hidden folder beside the target, synced to disk, then renamed into place. A reader sees the old
 * result or the new one, never a mixture; what an interrupted run left is removed by the next.
 * @param folder the result's own folder, DIR/<StudyInstanceUID>
 * @throws Fault output.disk-full, output.not-writable
 */
export async function writeResult(folder: string, files: Iterable<ResultFile>, signal: AbortSignal): Promise<void> {
  const parent = dirname(folder);
  const name = folder.slice(parent.length + 1);
  const fresh = join(parent, `.${name}${partial}${randomUUID()}`);
  const old = join(parent, `.${name}${partial}old-${randomUUID()}`);
  try {
    await mkdir(parent, { recursive: true });
    await settleLeftovers(parent, name);
  } catch (error) {
    throw writingFault(error);
  }
  try {
    for (const file of files) {
      signal.throwIfAborted();
      await writeSynced(join(fresh, file.path), file.bytes);
    }
    signal.throwIfAborted();
    const replaced = await renamedIfThere(folder, old);
    await rename(fresh, folder);
    if (replaced) await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw signal.aborted ? error : writingFault(error);
  }
}

async function renamedIfThere(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** An interrupted run leaves half a result, or the whole old one set aside: the first is removed, the second put back. */
async function settleLeftovers(parent: string, name: string): Promise<void> {
  const entries = await readdir(parent);
  const setAside = entries.find((entry) => entry.startsWith(`.${name}${partial}old-`));
  if (setAside !== undefined && !entries.includes(name)) await rename(join(parent, setAside), join(parent, name));
  for (const entry of entries) {
    if (entry.startsWith(`.${name}${partial}`)) await rm(join(parent, entry), { recursive: true, force: true });
  }
}

/** An error of the file system as a fault; anything else is passed on as it is. */
function writingFault(error: unknown): unknown {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return error;
  return error.code === "ENOSPC" || error.code === "EDQUOT"
    ? new Fault("output.disk-full", {}, error)
    : new Fault("output.not-writable", { system: error.code }, error);
}
