import pg from "pg";
import { Fault } from "../base/fault.ts";
import type { Database, Queries } from "./database.ts";
import { PostgresqlListener } from "./postgresql-listener.ts";
import { SqlError } from "./sql-error.ts";

const oldest = 150_000;

const numbers = new pg.TypeOverrides();
numbers.setTypeParser(pg.types.builtins.INT8, Number);
numbers.setTypeParser(pg.types.builtins.NUMERIC, Number);

/**
 * Opens a PostgreSQL server of version 15 or newer.
 * @param url postgresql://…
 * @throws Fault store.database-gone, store.database-refuses (password, no such database …), store.postgresql-too-old, store.bad-database-url
 */
export async function openPostgresql(url: string): Promise<Database> {
  if (!(URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol))) throw new Fault("store.bad-database-url", {});
  const database = new PostgresqlDatabase(url);
  try {
    const [row] = await database.query<{ version: number }>("select current_setting('server_version_num')::int as version");
    if (row === undefined || row.version < oldest)
      throw new Fault("store.postgresql-too-old", { version: Math.floor((row?.version ?? 0) / 10_000) });
    return database;
  } catch (error) {
    await database.close();
    throw error instanceof SqlError ? new Fault("store.database-refuses", { sqlstate: error.code }, error) : error;
  }
}

class PostgresqlDatabase implements Database {
  readonly kind = "postgresql";
  readonly #pool: pg.Pool;
  readonly #listener: PostgresqlListener;

  constructor(url: string) {
    const config: pg.ClientConfig = {
      connectionString: url,
      types: numbers,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      query_timeout: 600_000,
    };
    this.#pool = new pg.Pool({ ...config, max: 10 });
    // An idle connection that breaks has left the pool; who asks next gets another.
    this.#pool.on("error", () => undefined);
    this.#listener = new PostgresqlListener(config);
  }

  readonly query: Queries["query"] = (sql, values) => rowsOf(this.#pool.query(sql, values && [...values]));

  readonly transaction: Database["transaction"] = async (work) => {
    const client = await inOurWords(this.#pool.connect());
    let broken: Error | undefined;
    const breaks = (error: Error): void => {
      broken = error;
    };
    client.on("error", breaks);
    let open = true;
    const query: Queries["query"] = async (sql, values) => {
      if (!open) throw new RangeError("this transaction is over");
      return rowsOf(client.query(sql, values && [...values]));
    };
    try {
      await query("begin");
      const result = await work({ query });
      const { command } = await inOurWords(client.query("commit"));
      if (command !== "COMMIT") throw new RangeError("a statement of this transaction failed: nothing of it stands");
      return result;
    } catch (error) {
      await query("rollback").catch(breaks);
      throw error;
    } finally {
      open = false;
      client.off("error", breaks);
      client.release(broken);
    }
  };

  readonly listen: Database["listen"] = (channel, heard) => inOurWords(this.#listener.listen(channel, heard));

  readonly close = async (): Promise<void> => {
    await this.#listener.close();
    if (!this.#pool.ending) await this.#pool.end();
  };
}

/** Several statements without values give the rows of all. */
async function rowsOf<Row>(asked: Promise<pg.QueryResult | pg.QueryResult[]>): Promise<Row[]> {
  return [await inOurWords(asked)].flat().flatMap(({ rows }) => rows as Row[]);
}

/** Errors of pg as ours: the server's own carry rows in their details, which no log may have. */
async function inOurWords<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof pg.DatabaseError) {
      throw goesAway.test(error.code ?? "") ? new Fault("store.database-gone", {}, error) : new SqlError(error.code ?? "", error.message);
    }
    // What is not the server's answer is trouble on the way to it, unless it is our own mistake.
    throw error instanceof TypeError || error instanceof RangeError ? error : new Fault("store.database-gone", {}, error);
  }
}

/** SQLSTATE: connection exceptions, shutting down, starting up, too many connections. */
const goesAway = /^(08...|57P0[123]|53300)$/;
