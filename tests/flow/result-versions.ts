import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultFile } from "../../src/main/result-folder.ts";

const files = (version: string, ...paths: readonly string[]): ResultFile[] =>
  paths.map((path) => ({ path, bytes: new TextEncoder().encode(`${version} ${path} `.repeat(100)) }));

export const oldFiles = files("old", "findings.json", "key-images/a.png");
export const newFiles = files("new", "findings.json", "report.html", "key-images/b.png", "dicom/sr.dcm");

/** Which of the two results a folder holds, to the last byte: "none" when it is not there, "torn" when it is neither. */
export function versionIn(folder: string): "old" | "new" | "none" | "torn" {
  const found = contentsOf(folder);
  if (found === null) return "none";
  return found === said(oldFiles) ? "old" : found === said(newFiles) ? "new" : "torn";
}

const said = (result: readonly ResultFile[]): string =>
  JSON.stringify(result.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]).sort());

function contentsOf(folder: string): string | null {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = entries.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
    return JSON.stringify(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]).sort());
  } catch {
    return null;
  }
}
