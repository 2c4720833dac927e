import { Fault } from "../base/fault.ts";
import type { Database, Queries } from "./database.ts";
import { type Snapshot, type Table, withSnapshot } from "./snapshot.ts";

/**
 * Copies what one database holds into another, both at the schema that this program knows.
 * @returns the tables, with how many rows each has
 * @throws Fault store.not-empty, store.copy-incomplete; the signal's reason. Nothing stands in the target then.
 */
export function copyDatabase(source: Database, target: Database, signal: AbortSignal): Promise<readonly Table[]> {
  return withSnapshot(source, async (snapshot) => {
    await fillDatabase(target, snapshot, signal);
    return snapshot.tables;
  });
}

/**
 * Fills an empty database of the same schema, all or nothing. A reading that was going on is to begin again, as its job stayed behind.
 * @throws Fault store.not-empty, store.copy-incomplete; the signal's reason; what the snapshot throws
 */
export async function fillDatabase(database: Database, { tables, rows }: Snapshot, signal: AbortSignal): Promise<void> {
  await database.transaction(async (queries) => {
    // Whoever else would write here waits.
    await queries.query(`lock table ${tables.map(({ name }) => `"${name}"`).join(", ")} in exclusive mode`);
    for (const { name } of tables) if ((await countOf(queries, name)) > 0) throw new Fault("store.not-empty");
    for (const table of tables) {
      for await (const lines of rows(table.name)) {
        signal.throwIfAborted();
        await insert(queries, table, lines);
      }
      const found = await countOf(queries, table.name);
      if (found !== table.rows) throw new Fault("store.copy-incomplete", { table: table.name, found, expected: table.rows });
      await continueIdentities(queries, table.name);
    }
    await queries.query("update study set state = 'waiting' where state = 'reading'");
  });
}

/** Whether somebody or something is in a database. */
export async function isEmpty(database: Database): Promise<boolean> {
  return (await countOf(database, "study")) + (await countOf(database, "account")) + (await countOf(database, "audit")) === 0;
}

async function countOf({ query }: Queries, table: string): Promise<number> {
  const [row] = await query<{ rows: number }>(`select count(*) as rows from "${table}"`);
  return row?.rows ?? 0;
}

async function insert({ query }: Queries, { name, columns }: Table, lines: readonly string[]): Promise<void> {
  const list = columns.map((column) => `"${column}"`).join(", ");
  await query(
    `insert into "${name}" (${list}) overriding system value select ${list} from jsonb_populate_recordset(null::"${name}", $1::jsonb)`,
    [`[${lines.join(",")}]`],
  );
}

/** Numbers that the database gives go on behind the highest. */
async function continueIdentities({ query }: Queries, table: string): Promise<void> {
  const identities = await query<{ column: string }>(
    `select attname::text as column from pg_attribute where attrelid = '"${table}"'::regclass and attidentity <> ''`,
  );
  for (const { column } of identities)
    await query(
      `select setval(pg_get_serial_sequence('"${table}"', '${column}'), coalesce(max("${column}"), 0) + 1, false) from "${table}"`,
    );
}
