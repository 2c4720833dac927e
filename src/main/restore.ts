import { Fault } from "../base/fault.ts";
import type { RestoreCommand } from "../cli/arguments.ts";
import { AuditLog } from "../store/audit-log.ts";
import { openBackup } from "../store/backup-file.ts";
import { fillDatabase, isEmpty } from "../store/copy-database.ts";
import type { Database } from "../store/database.ts";
import { migrate, migrations } from "../store/migrate.ts";
import { openDatabase } from "../store/open-database.ts";
import { openPixels } from "../store/open-pixels.ts";
import { say } from "../words/say.ts";
import { configOf } from "./config.ts";
import { programEvent } from "./program-event.ts";
import { sayAudit } from "./say-audit.ts";
import { sayCopied } from "./say-copied.ts";
import { databasePlace } from "./station.ts";

/**
 * `overread restore`: fills the empty database of the settings from a backup of any kind of database, once every byte of it was checked. Images go first,
 * so that no row stands without them; where this breaks off it can be done again.
 * @returns the exit code: 1 where the audit log that was backed up is broken
 * @throws Fault store.no-backup, store.backup-damaged, store.backup-newer, store.not-empty, store.restore-into-new
 */
export async function restore({ path }: RestoreCommand, signal: AbortSignal): Promise<number> {
  const config = configOf(process.env);
  const backup = await openBackup(path);
  try {
    const { manifest, snapshot } = backup;
    await backup.check(signal);
    const database = await openDatabase(databasePlace(config));
    try {
      await migrateTo(manifest.schema, database);
      if (!(await isEmpty(database))) throw new Fault("store.not-empty");
      if (manifest.images === null) console.log(say(config.language, "server.restored-without-images"));
      else {
        const pixels = await openPixels(config.pixels);
        for await (const { key, bytes } of backup.images()) {
          signal.throwIfAborted();
          await pixels.put(key, bytes);
        }
        console.log(say(config.language, "server.restored-files", manifest.images));
      }
      await fillDatabase(database, snapshot, signal);
      await migrate(database);
      const audit = new AuditLog(database);
      await audit.append(programEvent("received", { because: "restored" }));
      sayCopied(manifest.tables, config.language);
      console.log(say(config.language, "server.restored"));
      return await sayAudit(audit, config.language);
    } finally {
      await database.close();
    }
  } finally {
    await backup.close();
  }
}

/** The backup's own schema: what came later happens to its rows too. */
async function migrateTo(schema: number, database: Database): Promise<void> {
  try {
    await migrate(database, migrations.slice(0, schema));
  } catch (error) {
    throw error instanceof Fault && error.code === "store.schema-newer" ? new Fault("store.restore-into-new", {}, error) : error;
  }
}
