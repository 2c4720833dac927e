import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { reason } from "../base/reason.ts";
import { type ByteOrigin, openOrigin } from "./byte-source.ts";
import type { FoundFiles, Refused } from "./found-files.ts";
import { readHeader } from "./read-header.ts";
import { tag } from "./tags.ts";

/**
 * The files that a DICOMDIR (DICOM PS3.10, PS3.3 F) refers to. References are followed only inside its own folder, symbolic links included; a
 * reference in capitals finds a file in small letters, as discs are copied.
 */
export async function dicomdirFiles(path: string): Promise<FoundFiles> {
  const fileName = basename(path);
  const source = await openOrigin({ kind: "file", name: fileName, path });
  const reading = await readHeader(source).finally(() => source.close());
  if (reading.kind === "not-dicom") return refusedOnly(fileName, "intake.not-dicom");
  if (reading.kind === "broken") return { origins: [], refused: [{ fileName, because: reading.because }], hidden: 0 };
  const folder = await realpath(dirname(path));
  const references = new Map<string, readonly string[]>();
  for (const record of reading.header.attributes.items(tag.directoryRecordSequence)) {
    const parts = record.texts(tag.referencedFileId);
    if (parts.length > 0) references.set(parts.join("\\"), parts);
  }
  const paths = new Set<string>();
  let missing = 0;
  let outside = 0;
  for (const parts of references.values()) {
    const found = await findReferenced(folder, parts);
    if (found === "missing") missing++;
    else if (found === "outside") outside++;
    else paths.add(found.path);
  }
  const origins = [...paths].map((found): ByteOrigin => ({ kind: "file", name: basename(found), path: found }));
  const refused: Refused[] = [];
  if (missing > 0) refused.push({ fileName, because: reason("intake.missing-referenced-files", { count: missing }) });
  if (outside > 0) refused.push({ fileName, because: reason("intake.dicomdir-outside", { count: outside }) });
  if (origins.length + missing + outside === 0) refused.push({ fileName, because: reason("intake.empty-dicomdir") });
  return { origins, refused, hidden: 0 };
}

const refusedOnly = (fileName: string, code: string): FoundFiles => ({
  origins: [],
  refused: [{ fileName, because: reason(code) }],
  hidden: 0,
});

async function findReferenced(folder: string, parts: readonly string[]): Promise<{ path: string } | "missing" | "outside"> {
  if (parts.some((part) => part === ".." || part.includes("/") || part.includes("\0"))) return "outside";
  for (const spelling of [parts, parts.map((part) => part.toLowerCase())]) {
    const path = await realpath(join(folder, ...spelling)).catch(() => null);
    if (path === null) continue;
    if (!path.startsWith(folder + sep)) return "outside";
    // A named pipe would be waited for without end.
    return (await stat(path)).isFile() ? { path } : "missing";
  }
  return "missing";
}
