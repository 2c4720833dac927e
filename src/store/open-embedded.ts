import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Fault } from "../base/fault.ts";
import type { Database, Queries, SqlValue } from "./database.ts";
import { lockFolder } from "./folder-lock.ts";
import { SqlError } from "./sql-error.ts";

/** One question to the thread. `alone`: outside a transaction, so that what it leaves open is rolled back when it fails. */
export interface Asked {
  readonly id: number;
  readonly sql: string;
  readonly values: readonly SqlValue[] | undefined;
  readonly alone: boolean;
}

export type Answer =
  | { readonly kind: "rows"; readonly id: number; readonly rows: readonly unknown[]; readonly command: string | undefined }
  | { readonly kind: "error"; readonly id: number; readonly code: string | undefined; readonly message: string }
  | { readonly kind: "notification"; readonly channel: string; readonly text: string };

interface Waiting {
  readonly resolve: (answer: Answer & { kind: "rows" }) => void;
  readonly reject: (reason: unknown) => void;
}

const vacuumEveryMs = 3_600_000;

/**
 * Opens PGlite in a folder, in a thread of its own. It survives `kill -9`, but never syncs to disk: not a power cut.
 * @throws Fault store.folder-in-use, store.database-gone when its files cannot be opened
 */
export async function openEmbedded(folder: string): Promise<Database> {
  const giveBack = await lockFolder(folder);
  const database = new EmbeddedDatabase(join(folder, "pglite"), giveBack);
  try {
    await database.query("select 1");
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Invariant: statements and whole transactions take turns (`#last` ends when the last one in line has), since PGlite has one session. */
class EmbeddedDatabase implements Database {
  readonly kind = "embedded";
  readonly #dataFolder: string;
  readonly #giveBack: () => Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #heard = new Map<string, Set<(text: string) => void>>();
  readonly #insideTransaction = new AsyncLocalStorage<boolean>();
  readonly #vacuum: NodeJS.Timeout;
  #thread: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #asked = 0;
  #closed = false;

  constructor(dataFolder: string, giveBack: () => Promise<void>) {
    this.#dataFolder = dataFolder;
    this.#giveBack = giveBack;
    // PGlite has no autovacuum.
    this.#vacuum = setInterval(() => void this.query("vacuum (analyze)").catch(() => undefined), vacuumEveryMs).unref();
  }

  readonly query: Queries["query"] = (sql, values) => this.#inTurn(() => this.#ask(sql, values, true));

  readonly transaction: Database["transaction"] = (work) =>
    this.#inTurn(async () => {
      let open = true;
      const query: Queries["query"] = async (sql, values) => {
        if (!open) throw new RangeError("this transaction is over");
        return this.#ask(sql, values, false);
      };
      await query("begin");
      try {
        const result = await this.#insideTransaction.run(true, () => work({ query }));
        const { command } = await this.#askFor("commit", undefined, false);
        if (command !== "COMMIT") throw new RangeError("a statement of this transaction failed: nothing of it stands");
        return result;
      } catch (error) {
        await query("rollback").catch(() => undefined);
        throw error;
      } finally {
        open = false;
      }
    });

  readonly listen: Database["listen"] = async (channel, heard) => {
    const others = this.#heard.get(channel) ?? new Set();
    this.#heard.set(channel, others.add(heard));
    await this.query(`listen "${channel}"`);
    return async () => {
      others.delete(heard);
    };
  };

  readonly close = async (): Promise<void> => {
    if (this.#closed) return;
    clearInterval(this.#vacuum);
    await this.#inTurn(async () => {
      this.#closed = true;
      if (this.#thread === undefined) return;
      await this.#ask("checkpoint", undefined, true).catch(() => undefined);
      await this.#thread?.terminate();
    });
    await this.#giveBack();
  };

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#insideTransaction.getStore())
      throw new RangeError("inside a transaction, ask through the queries it was given: this one would wait for itself");
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #ask<Row>(sql: string, values: readonly SqlValue[] | undefined, alone: boolean): Promise<Row[]> {
    return (await this.#askFor(sql, values, alone)).rows as Row[];
  }

  #askFor(sql: string, values: readonly SqlValue[] | undefined, alone: boolean): Promise<Answer & { kind: "rows" }> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#running().postMessage({ id, sql, values, alone } satisfies Asked);
    });
  }

  #running(): Worker {
    if (this.#thread) return this.#thread;
    const program = new URL(`./pglite-thread${import.meta.url.slice(-3)}`, import.meta.url);
    // What a thread says is heard outside the transaction that happened to start it.
    const thread = this.#insideTransaction.run(false, () => new Worker(program, { workerData: this.#dataFolder }));
    thread.on("message", (answer: Answer) => this.#answered(answer));
    let why: unknown;
    thread.on("error", (error) => {
      why = error;
    });
    thread.on("exit", () => this.#lost(why));
    this.#thread = thread;
    return thread;
  }

  #answered(answer: Answer): void {
    if (answer.kind === "notification") {
      for (const heard of this.#heard.get(answer.channel) ?? []) heard(answer.text);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === "rows") waiting?.resolve(answer);
    else waiting?.reject(answer.code === undefined ? new Error(answer.message) : new SqlError(answer.code, answer.message));
  }

  /** Who waits is told; the next to ask starts another thread. */
  #lost(why: unknown): void {
    this.#thread = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Fault("store.database-gone", {}, why));
    if (!this.#closed) for (const channel of this.#heard.keys()) void this.query(`listen "${channel}"`).catch(() => undefined);
  }
}
