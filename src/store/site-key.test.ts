import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { PseudonymousStudies } from "./pseudonymous-studies.ts";
import { siteKey } from "./site-key.ts";

describe.each(storeKinds)("on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
  }, 600_000);
  afterAll(async () => {
    await database.close();
    await server.close();
  });

  test("the site's key is made once, 32 bytes, also where several ask for it at once, and is never changed", async () => {
    const keys = await Promise.all([1, 2, 3].map(() => siteKey(database)));
    expect(keys[0]).toHaveLength(32);
    expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(1);
    expect(await database.query("select made_at from site_key")).toHaveLength(1);
    await expect(database.query("update site_key set key = '\\x00'")).rejects.toThrow(/never changed/);
    await expect(database.query("delete from site_key")).rejects.toThrow(/never changed/);
  });

  test("studies are listed in the order of their pseudonyms, a page at a time, those that came in since too; one is found by its pseudonym alone", async () => {
    const add = (uid: string, state: string) =>
      database.query(
        "insert into study (study_uid, patient, state, first_received_at, last_received_at) values ($1, $2, $3, now(), now())",
        [uid, JSON.stringify({ id: "P", name: null, birthDate: null, sex: null, ageYears: null }), state],
      );
    const studies = new PseudonymousStudies(database, (uid) => `9.${10 - Number(uid.at(-1))}`);
    const listed = async (query: Partial<Parameters<typeof studies.list>[0]> = {}) =>
      (await studies.list({ limit: 10, ...query })).map(({ studyInstanceUid }) => studyInstanceUid);
    expect(await listed()).toEqual([]);
    for (const uid of ["1.2", "1.3"]) await add(uid, "read");
    expect(await listed()).toEqual(["1.3", "1.2"]);
    await add("1.4", "failed");
    expect(await listed({ limit: 2 })).toEqual(["1.4", "1.3"]);
    expect(await listed({ limit: 2, after: "9.7" })).toEqual(["1.2"]);
    expect(await listed({ state: "failed" })).toEqual(["1.4"]);
    expect(await studies.study("9.8")).toMatchObject({ studyInstanceUid: "1.2" });
    expect(await studies.study("1.2")).toBeNull();
  });
});
