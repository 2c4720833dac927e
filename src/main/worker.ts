import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import { exitCode } from "../cli/exit-code.ts";
import { say } from "../words/say.ts";
import { aborted } from "./aborted.ts";
import { configOf } from "./config.ts";
import { readStudies } from "./read-studies.ts";
import { logLine, logUnexpected } from "./server-log.ts";
import { openStation } from "./station.ts";

const graceMs = 10_000;

/**
 * `overread worker`: reads studies for servers that share its PostgreSQL and pixels, until it is interrupted.
 * @returns the exit code
 * @throws Fault cli.worker-needs-database without DATABASE_URL; others when it cannot start
 */
export async function worker(signal: AbortSignal): Promise<number> {
  const config = configOf(process.env);
  if (config.databaseUrl === null) throw new Fault("cli.worker-needs-database");
  const station = await openStation(config, logUnexpected);
  try {
    if (config.pixels.kind === "folder") console.log(say(config.language, "server.worker-shares-folder", { folder: config.pixels.folder }));
    const stop = await readStudies(station, { ...config, readers: Math.max(1, config.readers) });
    logLine("worker-started");
    await aborted(signal);
    await Promise.race([stop(), sleep(graceMs, undefined, { ref: false })]);
    return exitCode.done;
  } finally {
    await station.close(0);
  }
}
