import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Fault } from "../base/fault.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "dist", "web");
const stamp = join(folder, "sources.sha256");
/** Rooms that go into the pages. */
const sources = [
  "src/web",
  "src/api",
  "src/words",
  "src/findings",
  "src/report",
  "src/render",
  "src/base",
  "src/access",
  "vite.config.ts",
  "package-lock.json",
];

/** The pages of src/web, which the server shows. */
export interface WebBuild {
  /** Where they lie once they are built. */
  readonly folder: string;
  /**
   * Builds them where they are missing or older than their sources; who asks meanwhile waits for the same build.
   * @throws Fault server.pages-not-built
   */
  readonly built: () => Promise<void>;
}

/** Nothing is built yet: the first who wants to see a page has it built. */
export function openWebBuild(): WebBuild {
  mkdirSync(folder, { recursive: true });
  let building: Promise<void> | null = null;
  const built = (): Promise<void> => {
    building ??= build().catch((error: unknown) => {
      building = null;
      throw new Fault("server.pages-not-built", {}, error);
    });
    return building;
  };
  return { folder, built };
}

async function build(): Promise<void> {
  const checksum = sourcesChecksum();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === checksum) return;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  await promisify(execFile)(process.execPath, [vite, "build", "--logLevel", "error"], { cwd: root });
  writeFileSync(stamp, checksum);
}

function sourcesChecksum(): string {
  const hash = createHash("sha256");
  const names = sources.flatMap((source) => (/\.\w+$/.test(source) ? [source] : globSync(`${source}/**/*.*`, { cwd: root })));
  for (const name of names.filter((each) => !/\.test\.ts$/.test(each)).sort())
    hash.update(`${name}\n`).update(readFileSync(join(root, name)));
  return hash.digest("hex");
}
