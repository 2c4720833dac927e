import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import { dirname, join } from "node:path";
import { writingFault } from "../base/writing-fault.ts";

/** A file of a result: its path within the result's folder, and its bytes. */
export interface ResultFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The operations of a file system that writing a result takes; node:fs/promises unless given. */
export type Disk = Pick<typeof fs, "mkdir" | "open" | "readdir" | "rename" | "rm">;

const partial = ".partial-";

/**
 * Writes a result as a whole: into a hidden folder beside the target, synced to disk, then renamed into place. A reader sees the old
 * result or the new one, never a mixture; what an interrupted run left is removed, or put back, by the next. (Between the two renames there is, for
 * a moment, none.)
 * @param folder the result's own folder, DIR/<StudyInstanceUID>
 * @throws Fault output.disk-full, output.not-writable
 */
export async function writeResult(folder: string, files: Iterable<ResultFile>, signal: AbortSignal, disk: Disk = fs): Promise<void> {
  const parent = dirname(folder);
  const name = folder.slice(parent.length + 1);
  const fresh = join(parent, `.${name}${partial}${randomUUID()}`);
  const old = join(parent, `.${name}${partial}old-${randomUUID()}`);
  try {
    await disk.mkdir(parent, { recursive: true });
    await settleLeftovers(parent, name, disk);
    const folders = new Set([fresh]);
    for (const { path, bytes } of files) {
      signal.throwIfAborted();
      const target = join(fresh, path);
      await writeSynced(target, bytes, disk);
      for (let at = dirname(target); at.length > fresh.length; at = dirname(at)) folders.add(at);
    }
    for (const written of folders) await syncFolder(written, disk);
    signal.throwIfAborted();
    await putInPlace(fresh, folder, old, disk);
    await syncFolder(parent, disk);
  } catch (error) {
    await leftForTheNextRun(disk.rm(fresh, { recursive: true, force: true }));
    throw signal.aborted ? error : writingFault(error);
  }
  await leftForTheNextRun(disk.rm(old, { recursive: true, force: true }));
}

/** The result that stood there is set aside first, and put back when the new one cannot take its place. */
async function putInPlace(fresh: string, folder: string, old: string, disk: Disk): Promise<void> {
  const replaced = await renamedIfThere(folder, old, disk);
  try {
    await disk.rename(fresh, folder);
  } catch (error) {
    if (replaced) await leftForTheNextRun(disk.rename(old, folder));
    throw error;
  }
}

/** Tidying up that fails now is done by settleLeftovers then. */
const leftForTheNextRun = (tidying: Promise<void>): Promise<void> => tidying.catch(() => undefined);

async function renamedIfThere(from: string, to: string, disk: Disk): Promise<boolean> {
  return disk.rename(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}

async function writeSynced(path: string, bytes: Uint8Array, disk: Disk): Promise<void> {
  await disk.mkdir(dirname(path), { recursive: true });
  const file = await disk.open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder last through a power cut; Windows has no such operation. */
async function syncFolder(path: string, disk: Disk): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await disk.open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** An interrupted run leaves half a result, or the whole old one set aside: the first is removed, the second put back. */
async function settleLeftovers(parent: string, name: string, disk: Disk): Promise<void> {
  const entries = await disk.readdir(parent);
  const setAside = entries.find((entry) => entry.startsWith(`.${name}${partial}old-`));
  if (setAside !== undefined && !entries.includes(name)) await disk.rename(join(parent, setAside), join(parent, name));
  for (const entry of entries) {
    if (entry.startsWith(`.${name}${partial}`)) await disk.rm(join(parent, entry), { recursive: true, force: true });
  }
}
