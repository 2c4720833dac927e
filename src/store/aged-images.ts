import type { AuditEvent } from "../audit/event.ts";
import { appendAudit } from "./audit-log.ts";
import type { Database, Queries } from "./database.ts";
import { SqlError } from "./sql-error.ts";

/** A study whose images may go. */
export interface AgedStudy {
  readonly studyInstanceUid: string;
  readonly lastReceivedAt: Date;
}

/** Images by their age, to be removed within one transaction. */
export class AgedImages {
  readonly #queries: Queries;
  readonly #now: Date;

  constructor(queries: Queries, now: Date) {
    this.#queries = queries;
    this.#now = now;
  }

  /** Bytes of all images, those in quarantine too. */
  readonly keptBytes = async (): Promise<number> => {
    const [row] = await this.#queries.query<{ bytes: number }>(
      "select (select coalesce(sum(bytes), 0) from instance) + (select coalesce(sum(bytes), 0) from quarantine) as bytes",
    );
    return row?.bytes ?? 0;
  };

  /** Studies with images that are neither awaited nor being read, got nothing since and of which nobody said anything since; the oldest first. */
  readonly oldest = ({
    receivedBefore,
    saidBefore,
    limit,
  }: {
    readonly receivedBefore: Date;
    readonly saidBefore: Date;
    readonly limit: number;
  }): Promise<readonly AgedStudy[]> =>
    this.#queries.query(
      `select study_uid as "studyInstanceUid", last_received_at as "lastReceivedAt" from study
      where state in ('read', 'unread', 'failed') and images_removed_at is null and last_received_at < $1
        and not exists (select from instance where instance.study_uid = study.study_uid and received_at >= $1)
        and not exists (select from verdict where verdict.study_uid = study.study_uid and said_at >= $2)
      order by last_received_at limit $3 for update skip locked`,
      [receivedBefore, saidBefore, limit],
    );

  /** Removes a study's images and keeps the rest of it; the files go when the transaction is done. @returns their bytes */
  readonly remove = async (studyInstanceUid: string, because: string): Promise<number> => {
    const [row] = await this.#queries.query<{ bytes: number }>(
      `with gone as (delete from instance where study_uid = $1 returning pixel_key, bytes),
        queued as (insert into pixels_to_remove select pixel_key from gone),
        marked as (update study set images_removed_at = $2 where study_uid = $1)
      select coalesce(sum(bytes), 0) as bytes from gone`,
      [studyInstanceUid, this.#now],
    );
    await appendAudit(this.#queries, this.#removed({ studyInstanceUid }, because));
    return row?.bytes ?? 0;
  };

  /** Removes what was set aside before. @returns how many files */
  readonly removeQuarantined = async (receivedBefore: Date): Promise<number> => {
    const gone = await this.#queries.query<{ studyInstanceUid: string | null }>(
      `with gone as (delete from quarantine where received_at < $1 returning pixel_key, study_uid),
        queued as (insert into pixels_to_remove select pixel_key from gone)
      select study_uid as "studyInstanceUid" from gone`,
      [receivedBefore],
    );
    const events = gone.map(({ studyInstanceUid }) =>
      this.#removed(studyInstanceUid === null ? {} : { studyInstanceUid }, "quarantine-keep-days"),
    );
    if (events.length > 0) await appendAudit(this.#queries, ...events);
    return gone.length;
  };

  #removed(about: AuditEvent["about"], because: string): AuditEvent {
    const who = { kind: "program", name: "overread" } as const;
    return { at: this.#now.toISOString(), who, from: null, what: "removed", outcome: "done", about, because };
  }
}

/** Does work on aged images; null, and nothing is done, while another process does, or a backup is made. */
export const withAgedImages = <Result>(
  database: Database,
  now: Date,
  work: (images: AgedImages) => Promise<Result>,
): Promise<Result | null> => alone(database, (queries) => work(new AgedImages(queries, now)));

/** Removes files whose rows are gone, some at a time. @returns whether any are left */
export async function removeFiles(database: Database, remove: (key: string) => Promise<void>): Promise<boolean> {
  const removed = await alone(database, async ({ query }) => {
    const rows = await query<{ key: string }>(`select pixel_key as key from pixels_to_remove limit ${filesAtOnce}`);
    const keys = rows.map(({ key }) => key);
    for (const key of keys) await remove(key);
    await query("delete from pixels_to_remove where pixel_key = any($1)", [keys]);
    return keys.length;
  });
  return removed === filesAtOnce;
}

/** The embedded database answers nobody else meanwhile. */
const filesAtOnce = 100;
const lockNotAvailable = "55P03";

async function alone<Result>(database: Database, work: (queries: Queries) => Promise<Result>): Promise<Result | null> {
  try {
    return await database.transaction(async (queries) => {
      await queries.query("lock table pixels_to_remove in share row exclusive mode nowait");
      return work(queries);
    });
  } catch (error) {
    if (error instanceof SqlError && error.code === lockNotAvailable) return null;
    throw error;
  }
}
