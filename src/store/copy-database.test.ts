import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allRows, fill, filledInstances } from "../../tests/filled-database.ts";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { AuditLog } from "./audit-log.ts";
import { copyDatabase, fillDatabase, isEmpty } from "./copy-database.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { withSnapshot } from "./snapshot.ts";

const going = new AbortController().signal;

describe.each(storeKinds)("from PGlite to $name", ({ start }) => {
  const servers: StoreServer[] = [];
  let source: Database;
  let target: Database;
  beforeAll(async () => {
    servers.push(...(await Promise.all([storeKinds[0]?.start(), start()])).filter((server) => server !== undefined));
    const [from, to] = await Promise.all(servers.map((server) => server.fresh()));
    if (from === undefined || to === undefined) throw new RangeError("no place");
    source = await openDatabase(from);
    target = await openDatabase(to);
    await fill(source);
    await migrate(target);
  });
  afterAll(async () => {
    await Promise.all([source.close(), target.close()]);
    await Promise.all(servers.map((server) => server.close()));
  });

  test("a copy that is broken off leaves nothing", async () => {
    const stop = new AbortController();
    const broken = withSnapshot(source, (snapshot) => {
      const rows = async function* (table: string) {
        yield* snapshot.rows(table);
        if (table === "instance") stop.abort(new Error("stopped"));
      };
      return fillDatabase(target, { ...snapshot, rows }, stop.signal);
    });
    await expect(broken).rejects.toThrow("stopped");
    expect(Object.values(await allRows(target)).flat()).toEqual([]);
  });

  test("every row is there as it was, the audit chain whole, and what comes next goes on behind it", async () => {
    expect(await isEmpty(target)).toBe(true);
    const tables = await copyDatabase(source, target, going);
    expect(await allRows(target)).toEqual(await allRows(source));
    expect(tables.find(({ name }) => name === "instance")).toMatchObject({ rows: filledInstances });
    expect(tables.filter(({ rows }) => rows === 0).map(({ name }) => name)).toEqual(["pixels_to_remove"]);
    expect(await new AuditLog(target).verify()).toEqual(await new AuditLog(source).verify());
    const [verdict] = await target.query(
      "insert into verdict (study_uid, account, said_at, body) values ('1.1', 'ann', now(), '{}') returning id",
    );
    expect(verdict).toEqual({ id: 8 });
    await expect(target.query("delete from verdict")).rejects.toThrow(/never changed/);
  });

  test("nobody stays signed in, and a reading that was going on begins again", async () => {
    expect(await target.query("select state from study")).toEqual([{ state: "waiting" }]);
    expect(await target.query("select token_hash from login union select token_hash from first_password_link")).toEqual([]);
  });

  test("a target that holds anything is left as it is", async () => {
    const before = await allRows(target);
    expect(await isEmpty(target)).toBe(false);
    await expect(copyDatabase(source, target, going)).rejects.toMatchObject({ code: "store.not-empty" });
    expect(await allRows(target)).toEqual(before);
  });
});
