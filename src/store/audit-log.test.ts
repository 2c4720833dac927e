import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type StoreServer, startPostgresql, storeKinds, withoutPostgresql } from "../../tests/store-servers.ts";
import { type AuditRecord, chainStart } from "../audit/chain.ts";
import type { AuditEvent } from "../audit/event.ts";
import { sampleEvents } from "../audit/sample-events.ts";
import { AuditLog, appendAudit } from "./audit-log.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

const read = (number: number): AuditEvent => ({
  ...(sampleEvents[0] as AuditEvent),
  what: "read",
  about: { studyInstanceUid: `1.2.3.${number}` },
});

describe.each(storeKinds)("the audit log on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let log: AuditLog;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    log = new AuditLog(database);
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  beforeEach(() => database.query("alter table audit disable trigger all; truncate audit; alter table audit enable trigger all"));

  test("what was written comes back unchanged, newest first and by study, and is whole", async () => {
    expect(await log.verify()).toEqual({ kind: "whole", head: chainStart });
    await log.append(...sampleEvents);
    const latest = await log.latest({ limit: 100 });
    expect(latest.map(({ event }) => event).reverse()).toEqual(sampleEvents);
    expect(await log.verify()).toEqual({ kind: "whole", head: { sequence: sampleEvents.length, hash: latest[0]?.hash } });
    const next = await log.latest({ limit: 3, before: latest[2]?.sequence ?? 0 });
    expect(next).toEqual(latest.slice(3, 6));
    const ofStudy = await log.latest({ limit: 100, studyInstanceUid: "1.2.840.99.1" });
    expect(ofStudy).toEqual(latest.filter(({ event }) => event.about.studyInstanceUid === "1.2.840.99.1"));
    expect(ofStudy.length).toBeGreaterThan(3);
  });

  test("many that append at once make one chain without gaps", async () => {
    await Promise.all(Array.from({ length: 60 }, (_, number) => log.append(read(number))));
    expect(await log.verify()).toMatchObject({ kind: "whole", head: { sequence: 60 } });
    const studies = (await log.latest({ limit: 100 })).map(({ event }) => event.about.studyInstanceUid);
    expect(new Set(studies).size).toBe(60);
  });

  test("more records than a page are verified to the last", async () => {
    await log.append(...Array.from({ length: 2001 }, (_, number) => read(number)));
    expect(await log.verify()).toMatchObject({ kind: "whole", head: { sequence: 2001 } });
  });

  test("a record stands or falls with the act it is of, and leaves no gap", async () => {
    const failing = database.transaction(async (queries) => {
      await appendAudit(queries, read(1));
      throw new RangeError("the act failed");
    });
    await expect(failing).rejects.toThrow("the act failed");
    await log.append(read(2));
    expect(await log.verify()).toMatchObject({ kind: "whole", head: { sequence: 1 } });
  });

  test("what is no event is not written, nor is anything given with it", async () => {
    const named = { ...read(1), about: { patientName: "DOE^JANE" } } as AuditEvent;
    const refused = await log.append(read(0), named).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(RangeError);
    expect(String(refused)).not.toContain("DOE");
    expect(await log.latest({ limit: 1 })).toEqual([]);
  });

  test("the database itself refuses to change, remove or empty it; where that was got round, the chain says which record", async () => {
    await log.append(...Array.from({ length: 9 }, (_, number) => read(number)));
    const [noted] = await log.latest({ limit: 1 });
    const tampering = {
      update: `update audit set event = jsonb_set(event, '{outcome}', '"failed"') where sequence = 5`,
      delete: "delete from audit where sequence = 7",
      truncate: "truncate audit",
    };
    for (const sql of Object.values(tampering)) await expect(database.query(sql)).rejects.toThrow("never changed");
    await database.query("alter table audit disable trigger all");
    await database.query(tampering.delete);
    expect(await log.verify()).toEqual({ kind: "broken", atSequence: 7, because: "missing" });
    await database.query(tampering.update);
    expect(await log.verify()).toEqual({ kind: "broken", atSequence: 5, because: "altered" });
    await database.query("delete from audit where sequence > 4");
    expect(await log.verify()).toMatchObject({ kind: "whole" });
    expect(await log.verify(noted)).toEqual({ kind: "broken", atSequence: 5, because: "missing" });
  });
});

test.skipIf(withoutPostgresql)(
  "four processes that append at once, one of them killed, make one chain without gaps (PostgreSQL)",
  async () => {
    const server = await startPostgresql();
    const place = await server.fresh();
    const database = await openDatabase(place);
    const writers: ChildProcess[] = [];
    try {
      await migrate(database);
      const program = fileURLToPath(new URL("../../tests/audit-writer.ts", import.meta.url));
      const writer = (name: string, count: number) =>
        spawn(process.execPath, [program, place.kind === "postgresql" ? place.url : "", name, String(count)], {
          stdio: ["ignore", "ignore", "inherit"],
        });
      const log = new AuditLog(database);
      const others = ["one", "two", "three"].map((name) => writer(name, 150));
      const killed = writer("killed", 100_000);
      writers.push(killed, ...others);
      const exits = others.map((child) => once(child, "exit"));
      const by = (name: string, records: readonly AuditRecord[]): number =>
        records.filter(({ event: { who } }) => who.kind === "program" && who.name === name).length;
      await expect.poll(async () => by("killed", await log.latest({ limit: 1000 })), { timeout: 60_000 }).toBeGreaterThan(10);
      killed.kill("SIGKILL");
      expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0, 0]);
      const state = await log.verify();
      expect(state.kind).toBe("whole");
      const written: AuditRecord[] = [];
      for await (const record of log.records()) written.push(record);
      expect(["one", "two", "three"].map((name) => by(name, written))).toEqual([150, 150, 150]);
    } finally {
      for (const child of writers) child.kill("SIGKILL");
      await database.close();
      await server.close();
    }
  },
);
