import type { Database, Queries } from "./database.ts";

/** A table of our schema. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** How many. */
  readonly rows: number;
}

/** All that a database holds at one moment, each row as a line of JSON. */
export interface Snapshot {
  /** Version of the schema. */
  readonly schema: number;
  /** A table stands behind those that it refers to. */
  readonly tables: readonly Table[];
  /** A table's rows, some at a time. */
  readonly rows: (table: string) => AsyncIterable<readonly string[]>;
}

/** What has no meaning elsewhere or later: the schema's own version, and who is signed in or is about to be. */
const left: ReadonlySet<string> = new Set(["schema_version", "login", "login_flow", "first_password_link"]);

/** So many rows are in memory at a time: a row of `result` may have a megabyte. */
const rowsAtOnce = 100;

/**
 * Lends what a database holds while others go on writing. Jobs stay behind: studies that wait are queued again wherever they come to be. No images are
 * removed meanwhile, so that those of the rows can be had too.
 */
export function withSnapshot<Result>(database: Database, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
  return database.transaction(async (queries) => {
    // The work may be long: images are copied in it.
    await queries.query("set transaction isolation level repeatable read, read only; set local idle_in_transaction_session_timeout = 0");
    // Waits for whoever removes images; what is seen is what stands after it, since LOCK TABLE itself looks at nothing.
    await queries.query("lock table pixels_to_remove in share mode");
    const [at] = await queries.query<{ schema: number }>("select max(version) as schema from schema_version");
    return work({ schema: at?.schema ?? 0, tables: await tablesOf(queries), rows: (table) => rowsOf(queries, table) });
  });
}

async function tablesOf({ query }: Queries): Promise<Table[]> {
  const shapes = await query<{ name: string; columns: string[]; refersTo: string[] }>(`
    select t.relname::text as name,
      (select json_agg(attname order by attnum) from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped) as columns,
      (select coalesce(json_agg(r.relname), '[]') from pg_constraint k join pg_class r on r.oid = k.confrelid
        where k.conrelid = t.oid and k.contype = 'f' and r.oid <> t.oid) as "refersTo"
    from pg_class t where t.relkind = 'r' and t.relnamespace = current_schema()::regnamespace order by t.relname`);
  const waiting = shapes.filter(({ name }) => !left.has(name));
  const tables: Table[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ refersTo }) => !waiting.some(({ name }) => refersTo.includes(name)));
    const [shape] = waiting.splice(next, 1);
    if (next < 0 || shape === undefined) throw new RangeError("tables refer to one another in a circle");
    const [counted] = await query<{ rows: number }>(`select count(*) as rows from "${shape.name}"`);
    tables.push({ name: shape.name, columns: shape.columns, rows: counted?.rows ?? 0 });
  }
  return tables;
}

/** As text from the first to the last, so that no number or time is changed on its way. */
async function* rowsOf({ query }: Queries, table: string): AsyncGenerator<readonly string[]> {
  await query(`declare moved no scroll cursor for select to_jsonb(t)::text as row from "${table}" t`);
  for (;;) {
    const rows = await query<{ row: string }>(`fetch ${rowsAtOnce} from moved`);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await query("close moved");
}
