import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { reason } from "../base/reason.ts";
import type { ByteOrigin } from "./byte-source.ts";
import { dicomdirFiles } from "./dicomdir.ts";
import type { FoundFiles, Refused } from "./found-files.ts";
import { zipFiles } from "./zip-files.ts";

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
 * @throws Fault for an archive that is unsafe to read
 */
export async function findFiles(paths: readonly string[], signal: AbortSignal): Promise<FoundFiles> {
  const origins: ByteOrigin[] = [];
  const refused: Refused[] = [];
  let hidden = 0;
  for (const path of paths) {
    signal.throwIfAborted();
    const found = await filesOf(path);
    origins.push(...found.origins);
    refused.push(...found.refused);
    hidden += found.hidden;
  }
  return { origins, refused, hidden };
}

async function filesOf(path: string): Promise<FoundFiles> {
  const fileName = basename(path);
  const refuse = (code: string): FoundFiles => ({ origins: [], refused: [{ fileName, because: reason(code) }], hidden: 0 });
  const about = await stat(path).catch(() => null);
  if (about?.isFile()) {
    if (/\.zip$/i.test(fileName)) return zipFiles(path);
    if (/^dicomdir$/i.test(fileName)) return dicomdirFiles(path);
    return { origins: [{ kind: "file", name: fileName, path }], refused: [], hidden: 0 };
  }
  if (!about?.isDirectory()) return refuse("intake.unreadable-path");
  const found = await filesUnder(path).catch(() => null);
  if (found === null) return refuse("intake.unreadable-path");
  if (found.files.length === 0) return { ...refuse("intake.empty-folder"), hidden: found.hidden };
  const origins = found.files.map((file): ByteOrigin => ({ kind: "file", name: basename(file), path: file }));
  return { origins, refused: [], hidden: found.hidden };
}
