import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Rooms that only say or draw what was found: a change there changes no mark. */
const sayOnly = new Set(["cli", "evaluation", "render", "report", "words"]);

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The nets that come with the program. */
export const ownModels = join(root, "models");

/**
 * SHA-256 of the code and nets that decide what is marked: it changes with uncommitted edits, and does not with a commit that touches
 * words or documents only.
 * @param models folder of the nets
 */
export function codeChecksum(models: string = ownModels): string {
  const code = fileURLToPath(new URL("../", import.meta.url));
  const decides = (name: string): boolean => !/\.(test|d)\.ts$/.test(name) && !sayOnly.has(name.split("/")[0] ?? "");
  const hash = createHash("sha256");
  const add = (folder: string, pattern: string, of: (name: string) => boolean): void => {
    const names = globSync(pattern, { cwd: folder }).map((name) => name.replaceAll("\\", "/"));
    for (const name of names.filter(of).sort()) {
      const bytes = readFileSync(join(folder, name));
      hash.update(`${name} ${bytes.length}\n`).update(bytes);
    }
  };
  add(code, "**/*.{ts,js}", decides);
  if (existsSync(models)) add(models, "*/*", () => true);
  return hash.digest("hex");
}
