import type { AuditEvent } from "../audit/event.ts";
import { appendAudit } from "./audit-log.ts";
import type { Database } from "./database.ts";

/** A DICOM application that may send here. */
export interface Peer {
  readonly aeTitle: string;
  /** Network address it sends from. */
  readonly host: string;
  /** Where it takes reports of storage commitment; null: only over its own association. */
  readonly port: number | null;
}

/** The DICOM applications that are known. Every change stands in the audit log, written in the same transaction. */
export class Peers {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  readonly list = (): Promise<readonly Peer[]> =>
    this.#database.query<Peer>(`select ae_title as "aeTitle", host, port from peer order by ae_title`);

  /** Adds a peer, or gives one that is there another place. */
  readonly put = ({ aeTitle, host, port }: Peer, by: Pick<AuditEvent, "who" | "from">): Promise<void> =>
    this.#database.transaction(async (queries) => {
      await queries.query(
        `insert into peer (ae_title, host, port, added_at) values ($1, $2, $3, $4)
        on conflict (ae_title) do update set host = excluded.host, port = excluded.port`,
        [aeTitle, host, port, this.#now()],
      );
      await appendAudit(queries, this.#changed(aeTitle, "put", by));
    });

  /** @returns false when there is no such peer */
  readonly remove = (aeTitle: string, by: Pick<AuditEvent, "who" | "from">): Promise<boolean> =>
    this.#database.transaction(async (queries) => {
      const removed = await queries.query("delete from peer where ae_title = $1 returning ae_title", [aeTitle]);
      if (removed.length === 0) return false;
      await appendAudit(queries, this.#changed(aeTitle, "removed", by));
      return true;
    });

  #changed(aeTitle: string, because: string, by: Pick<AuditEvent, "who" | "from">): AuditEvent {
    return { at: this.#now().toISOString(), ...by, what: "peer-changed", outcome: "done", about: { peer: aeTitle }, because };
  }
}
