import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Accounts } from "../store/accounts.ts";
import { AuditLog } from "../store/audit-log.ts";
import type { Database } from "../store/database.ts";
import { Identities } from "../store/identities.ts";
import { JobQueue } from "../store/job-queue.ts";
import { LoginFlows } from "../store/login-flows.ts";
import { Logins } from "../store/logins.ts";
import { migrate } from "../store/migrate.ts";
import { type DatabasePlace, openDatabase } from "../store/open-database.ts";
import { openPixels } from "../store/open-pixels.ts";
import { Peers } from "../store/peers.ts";
import { StudyArrivals } from "../store/study-arrivals.ts";
import { StudyIndex } from "../store/study-index.ts";
import type { Pixels } from "../workflow/intake-ports.ts";
import type { Config } from "./config.ts";

/** The kinds of jobs. */
const queueKinds = ({ childLimits }: Config) => ({
  read: {
    payload: z.strictObject({ studyInstanceUid: z.string(), revision: z.number().int() }),
    retryLimit: 2,
    retryDelaySeconds: 5,
    heartbeatSeconds: 15,
    // The child's own limit comes first, and says why.
    expireInSeconds: childLimits.timeLimitMs / 1000 + 60,
  },
});
type Kinds = ReturnType<typeof queueKinds>;

/** What server and worker share: the database with all that is kept in it, and the pixels. */
export interface Station {
  readonly database: Database;
  readonly index: StudyIndex;
  readonly arrivals: StudyArrivals;
  readonly pixels: Pixels;
  readonly queue: JobQueue<Kinds>;
  readonly peers: Peers;
  readonly accounts: Accounts;
  readonly identities: Identities;
  readonly logins: Logins;
  readonly flows: LoginFlows;
  readonly audit: AuditLog;
  /** @param graceMs for jobs in hand */
  readonly close: (graceMs: number) => Promise<void>;
}

/** Where the settings say that the database is. */
export const databasePlace = ({ dataFolder, databaseUrl }: Config): DatabasePlace =>
  databaseUrl === null ? { kind: "embedded", folder: join(dataFolder, "database") } : { kind: "postgresql", url: databaseUrl };

/**
 * Opens the database, brings its schema up to date, and starts the queue.
 * @throws Fault store.…, output.not-writable
 */
export async function openStation(config: Config, unexpected: (error: unknown) => void): Promise<Station> {
  await mkdir(config.dataFolder, { recursive: true });
  const database = await openDatabase(databasePlace(config));
  try {
    await migrate(database);
    const now = (): Date => new Date();
    const pixels = await openPixels(config.pixels);
    const queue = await JobQueue.open(database, queueKinds(config), unexpected);
    return {
      database,
      index: new StudyIndex(database, now),
      arrivals: new StudyArrivals(database),
      pixels,
      queue,
      accounts: new Accounts(database, now),
      identities: new Identities(database, now),
      logins: new Logins(database, now),
      flows: new LoginFlows(database, now),
      audit: new AuditLog(database),
      peers: new Peers(database, now),
      close: async (graceMs) => {
        await queue.close(graceMs);
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
