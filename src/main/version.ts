import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const root = new URL("../../", import.meta.url);
const Package = z.object({ version: z.string() });

/**
 * Version and commit of this program. In a clone the commit is asked of git; a published package carries it in dist/commit.
 * @returns commit "unknown" where neither says it
 */
export function version(): { version: string; commit: string } {
  const { version } = Package.parse(JSON.parse(readFileSync(new URL("package.json", root), "utf8")));
  const stamp = new URL("dist/commit", root);
  if (existsSync(stamp)) return { version, commit: readFileSync(stamp, "utf8").trim() };
  if (!existsSync(new URL(".git", root))) return { version, commit: "unknown" };
  try {
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", fileURLToPath(root), ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return { version, commit: git("rev-parse", "HEAD") };
  } catch {
    // git may be absent, or the clone owned by another user: the version alone is then the truth.
    return { version, commit: "unknown" };
  }
}
