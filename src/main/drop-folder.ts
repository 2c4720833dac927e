import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Received } from "../workflow/receive-object.ts";

export interface DropFolderPorts {
  readonly receive: (file: AsyncIterable<Uint8Array>) => Promise<Received>;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of what could not be taken in, without names of files or persons. */
  readonly refused: (received: Extract<Received, { kind: "refused" }>) => void;
  readonly unexpected: (error: unknown) => void;
}

const pollMs = 1000;
/** Where files lie that were refused; never looked into. */
const refusedFolder = "refused";

/**
 * Takes in what is put into a folder until the signal aborts. A file counts as complete when its size and time stood still from one look to the next; it
 * is removed when it is kept and moved to `refused` when it is not DICOM or contradicts itself. Hidden files are left alone.
 */
export async function watchDropFolder(folder: string, ports: DropFolderPorts, signal: AbortSignal): Promise<void> {
  await mkdir(join(folder, refusedFolder), { recursive: true });
  let seen = new Map<string, string>();
  while (!signal.aborted) {
    const now = new Map<string, string>();
    for (const path of await filesIn(folder)) {
      const state = await stateOf(path);
      if (state === null) continue;
      if (seen.get(path) === state) await takeIn(path, folder, ports);
      else now.set(path, state);
      if (signal.aborted) return;
    }
    seen = now;
    await ports.wait(pollMs, signal);
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(
      (entry) => entry.isFile() && !entry.name.startsWith(".") && !`${entry.parentPath}/`.startsWith(`${join(folder, refusedFolder)}/`),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Null: it is gone again. */
async function stateOf(path: string): Promise<string | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return found === null ? null : `${found.size} ${found.mtimeMs}`;
}

async function takeIn(path: string, folder: string, ports: DropFolderPorts): Promise<void> {
  try {
    const received = await ports.receive(createReadStream(path, { highWaterMark: 1 << 18 }));
    if (received.kind === "kept") return await rm(path);
    ports.refused(received);
    await rename(path, join(folder, refusedFolder, `${Date.now()}-${basename(path)}`));
  } catch (error) {
    // The disk is full or the database away: the file stays and is tried again.
    ports.unexpected(error);
  }
}
