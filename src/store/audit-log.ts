import { type AuditRecord, type ChainHead, type ChainState, chainStart, seal, verifyChain } from "../audit/chain.ts";
import { AuditEvent } from "../audit/event.ts";
import type { Database, Queries, SqlValue } from "./database.ts";

/** Any number that nothing else takes a lock on in the same database. */
const lock = 0x0e_e4_ead1;
const pageLength = 1000;

const columns = `sequence, event, previous_hash as "previousHash", hash`;

/**
 * Writes events at the end of the chain, within the caller's transaction, so that an act and its record stand or fall together. One
 * writer at a time: the lock is held to the end of the transaction, which should do nothing slow after it.
 * @throws RangeError when an event is not one, for example names a person
 */
export async function appendAudit({ query }: Queries, ...events: readonly AuditEvent[]): Promise<void> {
  const parsed = events.map((event) => AuditEvent.safeParse(event));
  await query("select pg_advisory_xact_lock($1)", [lock]);
  let [head = chainStart] = await query<ChainHead>("select sequence, hash from audit order by sequence desc limit 1");
  for (const { data } of parsed) {
    if (data === undefined) throw new RangeError("not an audit event");
    const record = seal(head, data);
    await query("insert into audit (sequence, event, previous_hash, hash) values ($1, $2, $3, $4)", [
      record.sequence,
      JSON.stringify(record.event),
      record.previousHash,
      record.hash,
    ]);
    head = record;
  }
}

/** The audit log: appended, never changed, each record sealed with all before it. */
export class AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  append(...events: readonly AuditEvent[]): Promise<void> {
    return this.#database.transaction((queries) => appendAudit(queries, ...events));
  }

  /** The newest records first, at most `limit` of them: those before a sequence, those about a study. */
  latest({ limit, before, studyInstanceUid }: { limit: number; before?: number; studyInstanceUid?: string }): Promise<AuditRecord[]> {
    const values: SqlValue[] = [limit, before ?? Number.MAX_SAFE_INTEGER];
    const ofStudy = studyInstanceUid === undefined ? "" : `and event #>> '{about,studyInstanceUid}' = $${values.push(studyInstanceUid)}`;
    return this.#database.query(`select ${columns} from audit where sequence < $2 ${ofStudy} order by sequence desc limit $1`, values);
  }

  /** Every record from the first, as it stands in the database, a page at a time: what to verify and to export. */
  async *records(): AsyncGenerator<AuditRecord> {
    for (let after = 0; ; ) {
      const page = await this.#database.query<AuditRecord>(
        `select ${columns} from audit where sequence > $1 order by sequence limit ${pageLength}`,
        [after],
      );
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.sequence;
    }
  }

  /** @param noted a head noted elsewhere, against which a cut-off end shows */
  verify(noted?: ChainHead): Promise<ChainState> {
    return verifyChain(this.records(), noted);
  }
}
