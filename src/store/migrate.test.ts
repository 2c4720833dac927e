import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import type { Database } from "./database.ts";
import { migrate, migrations } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

describe.each(storeKinds)("on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let second: Database;
  beforeAll(async () => {
    server = await start();
    const place = await server.fresh();
    database = await openDatabase(place);
    // A second process, where there can be one.
    second = place.kind === "embedded" ? database : await openDatabase(place);
  });
  afterAll(async () => {
    await second.close();
    await database.close();
    await server.close();
  });

  test("two processes that migrate at once make one schema, and a third time nothing is done", async () => {
    const latest = migrations.length;
    expect(await Promise.all([migrate(database), migrate(second), migrate(database)])).toEqual([latest, latest, latest]);
    expect(await database.query("select version from schema_version")).toEqual(migrations.map((_, index) => ({ version: index + 1 })));
    await database.query("insert into peer (ae_title, host, added_at) values ('PACS', 'host', now())");
    await migrate(second);
    expect(await second.query("select ae_title from peer")).toEqual([{ ae_title: "PACS" }]);
  });

  test("a migration that fails halfway leaves the schema as it was, and the next try goes on from there", async () => {
    const bad = "create table half (a integer); select nothing from nowhere";
    await expect(migrate(database, [...migrations, bad])).rejects.toMatchObject({ code: "42P01" });
    expect(await database.query("select to_regclass('half') as found")).toEqual([{ found: null }]);
    expect(await migrate(database, [...migrations, "create table half (a integer)"])).toBe(migrations.length + 1);
  });

  test("a schema newer than the program knows is refused", async () => {
    await expect(migrate(second, [])).rejects.toMatchObject({ code: "store.schema-newer" });
  });

  test("rows of verdicts and of the audit log are never changed or removed", async () => {
    await database.query(
      "insert into study (study_uid, patient, state, first_received_at, last_received_at) values ('1.2', '{}', 'read', now(), now())",
    );
    await database.query("insert into verdict (study_uid, account, said_at, body) values ('1.2', 'a', now(), '{}')");
    await expect(database.query("update verdict set account = 'b'")).rejects.toThrow(/never changed/);
    await expect(database.query("delete from verdict")).rejects.toThrow(/never changed/);
  });
});
