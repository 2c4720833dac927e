import type { AuditEvent } from "../audit/event.ts";
import { appendAudit } from "./audit-log.ts";
import type { Database } from "./database.ts";

/** A DICOM application that may send here, or is asked for earlier studies. */
export interface Peer {
  readonly aeTitle: string;
  /** Network address it sends from, and is reached at over DIMSE. */
  readonly host: string;
  /** Where it takes associations: reports of storage commitment, C-ECHO, C-FIND, C-MOVE; null: nowhere. */
  readonly port: number | null;
  /** Whether associations with it are made over TLS. */
  readonly tls: boolean;
  /** The name that its certificate is for; null: its address. */
  readonly certificateName: string | null;
  readonly mayStore: boolean;
  /** How it is asked for earlier studies. */
  readonly priors: "none" | "c-move" | "dicomweb";
  readonly dicomWebUrl: string | null;
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
    this.#database.query<Peer>(
      `select ae_title as "aeTitle", host, port, tls, certificate_name as "certificateName", may_store as "mayStore", priors,
        dicom_web_url as "dicomWebUrl" from peer order by ae_title`,
    );

  /** Adds a peer, or gives one that is there another place and other roles. */
  readonly put = (peer: Peer, by: Pick<AuditEvent, "who" | "from">): Promise<void> =>
    this.#database.transaction(async (queries) => {
      await queries.query(
        `insert into peer (ae_title, host, port, tls, certificate_name, may_store, priors, dicom_web_url, added_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (ae_title) do update set host = excluded.host, port = excluded.port, tls = excluded.tls,
          certificate_name = excluded.certificate_name, may_store = excluded.may_store, priors = excluded.priors,
          dicom_web_url = excluded.dicom_web_url`,
        [peer.aeTitle, peer.host, peer.port, peer.tls, peer.certificateName, peer.mayStore, peer.priors, peer.dicomWebUrl, this.#now()],
      );
      await appendAudit(queries, this.#changed(peer.aeTitle, "put", by));
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
