import type { BackupCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { AuditLog } from "../store/audit-log.ts";
import { writeBackup } from "../store/backup-file.ts";
import { openPixels } from "../store/open-pixels.ts";
import { withSnapshot } from "../store/snapshot.ts";
import { say } from "../words/say.ts";
import { configOf } from "./config.ts";
import { existingDatabase } from "./existing-database.ts";
import { programEvent } from "./program-event.ts";
import { sayCopied } from "./say-copied.ts";
import { version } from "./version.ts";

/**
 * `overread backup`: writes the database as it stands at one moment, with `--pixels` the images and results too, into one file. With PostgreSQL servers go
 * on meanwhile.
 * @returns the exit code: 1 where files are lost that the database names
 * @throws Fault store.nothing-here, store.folder-in-use while a server runs on the embedded database, output.…
 */
export async function backup({ out, pixels }: BackupCommand, signal: AbortSignal): Promise<number> {
  const config = configOf(process.env);
  const database = await existingDatabase(config);
  try {
    const about = {
      images: pixels ? await openPixels(config.pixels) : null,
      overread: version().version,
      now: new Date(),
      signal,
    };
    const { tables, images } = await withSnapshot(database, (snapshot) => writeBackup(out, snapshot, about));
    await new AuditLog(database).append(programEvent("exported", { because: "backup" }));
    sayCopied(tables, config.language);
    console.log(say(config.language, "server.backed-up", { path: out }));
    if (!pixels) console.log(say(config.language, "server.backed-up-without-images"));
    if (images === null || images.missing === 0) return exitCode.done;
    console.log(say(config.language, "server.backed-up-in-part", images));
    return exitCode.failed;
  } finally {
    await database.close();
  }
}
