// Databases for tests of the store: PGlite in a folder, and one private PostgreSQL server a test file.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chownSync, cpSync, existsSync, globSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { DatabasePlace } from "../src/store/open-database.ts";
import { openDatabase } from "../src/store/open-database.ts";

const programs = globSync("/usr/lib/postgresql/*/bin").at(-1);
const missing = "PostgreSQL is missing, scripts/test-programs.ts installs it: tests of the store run on PGlite alone";
if (programs === undefined && process.env.CI === "true") throw new Error(missing);
if (programs === undefined) console.warn(missing);

/** A kind of database that tests of the store run on. */
export interface StoreServer {
  /** Where an empty database of its own lies. */
  readonly fresh: () => Promise<DatabasePlace>;
  readonly close: () => Promise<void>;
}

export const storeKinds: readonly { readonly name: string; readonly start: () => Promise<StoreServer> }[] = [
  { name: "PGlite", start: startPglite },
  ...(programs === undefined ? [] : [{ name: "PostgreSQL", start: startPostgresql }]),
];

/** Tests on PostgreSQL are skipped then. */
export const withoutPostgresql = programs === undefined;

/** Making an empty PGlite folder takes seconds: it is made once for all test runs, and copied. */
export async function startPglite(): Promise<StoreServer> {
  const template = join(tmpdir(), "overread-pglite-0.5.16");
  if (!existsSync(template)) {
    const folder = mkdtempSync(`${template}-`);
    await (await openDatabase({ kind: "embedded", folder })).close();
    try {
      renameSync(folder, template);
    } catch {
      rmSync(folder, { recursive: true });
    }
  }
  const root = mkdtempSync(join(tmpdir(), "overread-store-"));
  return {
    fresh: async () => {
      const folder = join(root, randomUUID());
      cpSync(join(template, "pglite"), join(folder, "pglite"), { recursive: true });
      return { kind: "embedded", folder };
    },
    close: async () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface PostgresqlServer extends StoreServer {
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** PostgreSQL refuses to run as root. */
const asPostgres =
  process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT"] : ["env"];

/** A cluster in a temporary folder, heard on a socket in it. */
export async function startPostgresql(): Promise<PostgresqlServer> {
  const root = mkdtempSync(join(tmpdir(), "overread-pg-"));
  if (asPostgres.length > 1) {
    const [uid, gid] = ["-u", "-g"].map((which) => Number(execFileSync("id", [which, "postgres"], { encoding: "utf8" })));
    chownSync(root, uid ?? 0, gid ?? 0);
  }
  const [program = "", ...before] = asPostgres;
  const data = join(root, "data");
  execFileSync(
    program,
    [...before, join(programs ?? "", "initdb"), "-D", data, "-U", "overread", "-A", "trust", "-E", "UTF8", "--no-sync"],
    { cwd: root },
  );
  const url = (name: string): string => `postgresql://overread@localhost/${name}?host=${root}`;
  const admin = async <Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
    const client = new pg.Client(url("postgres"));
    await client.connect();
    return work(client).finally(() => client.end());
  };
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const options = ["-D", data, "-k", root, "-c", "listen_addresses=", "-c", "max_connections=200"];
    server = spawn(program, [...before, join(programs ?? "", "postgres"), ...options], { cwd: root, stdio: "ignore" });
    for (let tries = 0; ; tries++) {
      try {
        return await admin(async () => undefined);
      } catch (error) {
        if (tries > 300) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  const stop = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null) return;
    // "Fast" shutdown: open connections are told and cut.
    server.kill("SIGINT");
    await once(server, "exit");
  };
  await start();
  return {
    fresh: async () => {
      const name = `t${randomUUID().replaceAll("-", "")}`;
      await admin((client) => client.query(`create database ${name}`));
      return { kind: "postgresql", url: url(name) };
    },
    start,
    stop,
    close: async () => {
      await stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
