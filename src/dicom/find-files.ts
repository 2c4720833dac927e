import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Reason, reason } from "../base/reason.ts";
import type { ByteOrigin } from "./byte-source.ts";

/** A file or archive entry that was not read, by base name only. */
export interface Refused {
  readonly fileName: string;
  readonly because: Reason;
}

/** What lies under the given paths. */
export interface FoundFiles {
  readonly origins: readonly ByteOrigin[];
  readonly refused: readonly Refused[];
  /** Hidden files and folders passed by. */
  readonly hidden: number;
}

/** All files under a folder, hidden ones passed by, in the order of their names. A folder that links to itself is not followed. */
export async function filesUnder(path: string): Promise<{ files: string[]; hidden: number }> {
  const files: string[] = [];
  let hidden = 0;
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(folder, entry.name);
      if (entry.name.startsWith(".") || entry.name === "__MACOSX") hidden++;
      else if (entry.isDirectory()) await visit(full);
      else if (entry.isFile() || (entry.isSymbolicLink() && (await stat(full).catch(() => null))?.isFile())) files.push(full);
    }
  };
  await visit(path);
  return { files, hidden };
}

/**
 * The files to look at: those of a folder and all below it, those of a zip archive, those that a DICOMDIR names, or the file itself.
 * A path that does not exist or may not be read is refused.
 */
export async function findFiles(paths: readonly string[], signal: AbortSignal): Promise<FoundFiles> {
  const origins: ByteOrigin[] = [];
  const refused: Refused[] = [];
  let hidden = 0;
  for (const path of paths) {
    signal.throwIfAborted();
    const name = basename(path);
    try {
      const about = await stat(path);
      if (about.isDirectory()) {
        const found = await filesUnder(path);
        hidden += found.hidden;
        if (found.files.length === 0) refused.push({ fileName: name, because: reason("intake.empty-folder") });
        for (const file of found.files) origins.push({ kind: "file", name: basename(file), path: file });
      } else origins.push({ kind: "file", name, path });
    } catch {
      refused.push({ fileName: name, because: reason("intake.unreadable-path") });
    }
  }
  return { origins, refused, hidden };
}
