import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { removeFiles, withAgedImages } from "./aged-images.ts";
import { AuditLog } from "./audit-log.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { withSnapshot } from "./snapshot.ts";
import { StudyIndex } from "./study-index.ts";

const now = new Date("2026-06-01T00:00:00Z");
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

const nobody = { id: null, name: null, birthDate: null, sex: null, ageYears: null };

describe.each(storeKinds)("on $name", ({ name, start }) => {
  let server: StoreServer;
  let database: Database;
  let index: StudyIndex;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    index = new StudyIndex(database, () => now);
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  beforeEach(() =>
    database.query(`delete from instance; delete from quarantine; delete from pixels_to_remove; delete from series;
      alter table verdict disable trigger all; delete from verdict; alter table verdict enable trigger all; delete from study`),
  );

  /** A study of two files of 10 bytes. */
  async function add(uid: string, days: number, state = "read"): Promise<void> {
    await database.query("insert into study (study_uid, patient, state, first_received_at, last_received_at) values ($1, $2, $3, $4, $4)", [
      uid,
      JSON.stringify(nobody),
      state,
      daysAgo(days),
    ]);
    await database.query("insert into series (series_uid, study_uid, modality) values ($1 || '.1', $1, 'CT')", [uid]);
    await database.query(
      `insert into instance (sop_instance_uid, series_uid, study_uid, sop_class_uid, transfer_syntax_uid, pixel_key, bytes, sha256, received_at, received_by)
      select $1 || '.1.' || n, $1 || '.1', $1, '1', '1', 'studies/' || $1 || '/' || n, 10, 'ff', $2, '{"way": "folder", "from": null}' from generate_series(1, 2) n`,
      [uid, daysAgo(days)],
    );
  }
  const oldest = (limit = 9) =>
    withAgedImages(database, now, async (images) =>
      (await images.oldest({ receivedBefore: daysAgo(1), saidBefore: daysAgo(7), limit })).map(({ studyInstanceUid }) => studyInstanceUid),
    );
  const remove = (uid: string) => withAgedImages(database, now, (images) => images.remove(uid, "quota"));
  const removedFiles = async (): Promise<string[]> => {
    const keys: string[] = [];
    while (await removeFiles(database, async (key) => void keys.push(key)));
    return keys.sort();
  };

  test("the oldest come first; what is awaited, in work, lately spoken of or lately received is not among them", async () => {
    await add("1.1", 9);
    await add("1.2", 30, "unread");
    await add("1.3", 20, "failed");
    for (const [n, state] of ["receiving", "waiting", "reading"].entries()) await add(`1.4.${n}`, 99, state);
    await add("1.5", 0.5);
    await add("1.6", 50);
    await add("1.7", 50);
    await index.addVerdict("1.6", "ann", { trackingUid: "1", says: "rejected", reason: "vessel" });
    await database.query("insert into verdict (study_uid, account, said_at, body) values ('1.7', 'ann', $1, '{}')", [daysAgo(8)]);
    await add("1.8", 80);
    await database.query("update instance set received_at = $1 where sop_instance_uid = '1.8.1.2'", [daysAgo(0.1)]);
    expect(await oldest()).toEqual(["1.7", "1.2", "1.3", "1.1"]);
    expect(await oldest(1)).toEqual(["1.7"]);
  });

  test("images that are removed leave the study, its results and its verdicts, and a line in the audit log; their files go", async () => {
    await add("1.1", 9);
    await add("1.2", 9);
    await database.query(
      "insert into quarantine (pixel_key, bytes, sha256, because, received_at, received_by) values ('quarantine/1', 5, '', '{}', now(), '{}')",
    );
    await database.query("insert into verdict (study_uid, account, said_at, body) values ('1.1', 'ann', $1, '{}')", [daysAgo(30)]);
    expect(await withAgedImages(database, now, (images) => images.keptBytes())).toBe(45);
    expect(await remove("1.1")).toBe(20);
    expect(await withAgedImages(database, now, (images) => images.keptBytes())).toBe(25);
    expect(await index.study("1.1")).toMatchObject({ state: "read", revision: 1, imagesRemovedAt: now });
    expect(await index.study("1.2")).toMatchObject({ imagesRemovedAt: null });
    expect(await index.instances({ studyInstanceUid: "1.1" })).toEqual([]);
    expect(await database.query("select account from verdict")).toEqual([{ account: "ann" }]);
    const [last] = await new AuditLog(database).latest({ limit: 1 });
    expect(last?.event).toMatchObject({ what: "removed", about: { studyInstanceUid: "1.1" }, because: "quota" });
    expect(await oldest()).toEqual(["1.2"]);
    await index.askToRead("1.1");
    expect(await index.reopen("1.1")).toBeNull();
    expect(await index.study("1.1")).toMatchObject({ state: "read", revision: 1 });
    expect(await removedFiles()).toEqual(["studies/1.1/1", "studies/1.1/2"]);
    expect(await removedFiles()).toEqual([]);
  });

  test("a file whose removal failed is removed at the next try", async () => {
    await add("1.1", 9);
    await remove("1.1");
    await expect(removeFiles(database, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    expect(await removedFiles()).toHaveLength(2);
  });

  test("a study whose images come in again is at its next revision, with images", async () => {
    await add("1.1", 9);
    await remove("1.1");
    const row = { sop_instance_uid: "1.1.1.1", sop_class_uid: "1", transfer_syntax_uid: "1", pixel_key: "studies/1.1/new", bytes: 10, sha256: "ff", received_at: now, received_by: { way: "folder", from: null }, study_uid: "1.1", patient: nobody, series_uid: "1.1.1", modality: "CT" }; // biome-ignore format: one row
    expect(await database.query("select add_instance($1) as said", [JSON.stringify(row)])).toEqual([{ said: "added" }]);
    expect(await index.study("1.1")).toMatchObject({ state: "receiving", revision: 2, imagesRemovedAt: null });
  });

  test("what was set aside goes by its age", async () => {
    for (const days of [40, 20])
      await database.query("insert into quarantine (study_uid, pixel_key, bytes, sha256, because, received_at, received_by) values ('1.9', $1, 1, '', '{}', $2, '{}')", [`quarantine/${days}`, daysAgo(days)]); // biome-ignore format: one row
    expect(await withAgedImages(database, now, (images) => images.removeQuarantined(daysAgo(30)))).toBe(1);
    expect(await removedFiles()).toEqual(["quarantine/40"]);
    const [last] = await new AuditLog(database).latest({ limit: 1 });
    expect(last?.event).toMatchObject({ what: "removed", about: { studyInstanceUid: "1.9" }, because: "quarantine-keep-days" });
  });

  test.skipIf(name === "PGlite")("of two processes one removes, and none while a backup is made", async () => {
    await add("1.1", 9);
    await withAgedImages(database, now, async () => {
      expect(await oldest()).toBeNull();
      expect(await removeFiles(database, async () => undefined)).toBe(false);
    });
    await withSnapshot(database, async () => expect(await oldest()).toBeNull());
    expect(await oldest()).toEqual(["1.1"]);
  });
});
