import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/**
 * The real scans beside the clone, or null where they are absent: the caller skips and says so.
 * @throws Error under CI=true, where their absence is a failure
 */
export function sharedData(): string | null {
  if (existsSync(folder)) return folder;
  if (process.env.CI === "true") throw new Error("../shared/data is absent, and CI=true demands it");
  return null;
}
