import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { metaImageDataFile } from "../volume/metaimage.ts";

/**
 * SHA-256 of what `sha256sum` prints for the files of a scan, sorted by path:
 *
 *     cd SCAN && find * -type f | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
 *
 * A single file stands under its own name; a .mhd brings the file of its voxels along.
 */
export async function scanChecksum(path: string, signal: AbortSignal): Promise<string> {
  const isFolder = (await stat(path)).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const names = isFolder ? await filesBelow(path) : await filesOf(path);
  const lines = createHash("sha256");
  for (const name of names.map((one) => one.replaceAll("\\", "/")).sort()) {
    signal.throwIfAborted();
    lines.update(`${await fileChecksum(join(folder, name))}  ${name}\n`);
  }
  return lines.digest("hex");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

async function filesOf(path: string): Promise<string[]> {
  if (!path.endsWith(".mhd")) return [basename(path)];
  const voxels = metaImageDataFile(await readFile(path));
  return voxels === "LOCAL" ? [basename(path)] : [basename(path), voxels];
}

/** @returns hexadecimal SHA-256 of a file */
async function fileChecksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}
