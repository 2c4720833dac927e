/** What a column takes: JSON columns take text, byte columns bytes. */
export type SqlValue = string | number | boolean | null | Date | Uint8Array | readonly string[];

export interface Queries {
  /** Runs one statement, or without values several, with the rows of all; `$1` … stand for the values. Whole numbers of any size come back as numbers, times as Date, JSON parsed. */
  readonly query: <Row>(sql: string, values?: readonly SqlValue[]) => Promise<Row[]>;
}

/**
 * The database behind the store: PGlite in a folder, or PostgreSQL. Rows never leave store/.
 * Each method throws Fault `store.database-gone` while the server cannot be reached, and works again when it is back.
 */
export interface Database extends Queries {
  readonly kind: "embedded" | "postgresql";
  /** All or nothing; what the work throws undoes it. */
  readonly transaction: <Result>(work: (queries: Queries) => Promise<Result>) => Promise<Result>;
  /** Hears what `pg_notify(channel, text)` says in any process. @returns what ends it */
  readonly listen: (channel: string, heard: (text: string) => void) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}
