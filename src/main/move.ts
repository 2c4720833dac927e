import { Fault } from "../base/fault.ts";
import { AuditLog } from "../store/audit-log.ts";
import { copyDatabase, isEmpty } from "../store/copy-database.ts";
import { copyPixels } from "../store/copy-pixels.ts";
import { openPixels } from "../store/open-pixels.ts";
import { say } from "../words/say.ts";
import { configOf } from "./config.ts";
import { existingDatabase } from "./existing-database.ts";
import { programEvent } from "./program-event.ts";
import { sayAudit } from "./say-audit.ts";
import { sayCopied } from "./say-copied.ts";

/**
 * `overread move`: copies the embedded database into the empty PostgreSQL database of the settings, and, where these name a bucket, the files of the folder
 * into it: the files first, so that no row stands without them. What was there stays as it was, and can be moved again when this breaks off.
 * @returns the exit code
 * @throws Fault cli.move-needs-database, store.nothing-here, store.folder-in-use while a server runs, store.not-empty
 */
export async function move(signal: AbortSignal): Promise<number> {
  const config = configOf(process.env);
  const before = configOf({ ...process.env, DATABASE_URL: undefined, OVERREAD_PIXELS: undefined });
  if (config.databaseUrl === null) throw new Fault("cli.move-needs-database");
  const tell = (code: string, values = {}): void => console.log(say(config.language, code, values));
  const source = await existingDatabase(before);
  try {
    const target = await existingDatabase(config);
    try {
      if (!(await isEmpty(target))) throw new Fault("store.not-empty");
      if (config.pixels.kind === "bucket")
        tell("server.moved-files", { files: await copyPixels(await openPixels(before.pixels), await openPixels(config.pixels), signal) });
      sayCopied(await copyDatabase(source, target, signal), config.language);
      const audit = new AuditLog(target);
      await audit.append(programEvent("received", { because: "moved" }));
      tell("server.moved", { folder: before.dataFolder });
      return await sayAudit(audit, config.language);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
