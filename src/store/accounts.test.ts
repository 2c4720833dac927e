import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { Accounts, type ChangedBy } from "./accounts.ts";
import { AuditLog } from "./audit-log.ts";
import type { Database } from "./database.ts";
import { Logins } from "./logins.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

const by: ChangedBy = { who: { kind: "program", name: "accounts" }, from: null };
const password = "correct horse battery";
const minuteMs = 60_000;

describe.each(storeKinds)("accounts on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let accounts: Accounts;
  let logins: Logins;
  let nowMs: number;
  const now = (): Date => new Date(nowMs);

  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    accounts = new Accounts(database, now);
    logins = new Logins(database, now);
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  beforeEach(async () => {
    nowMs = Date.parse("2026-03-01T08:00:00Z");
    await database.query("delete from login; delete from first_password_link; delete from account");
    await accounts.create("admin", "administrator", by);
    await accounts.create("dr.lindgren", "reader", by);
    expect(await accounts.changePassword("dr.lindgren", password, by)).toBeNull();
  });
  const known = async (name: string, tried: string): Promise<boolean> => (await accounts.authenticate(name, tried)).kind === "known";

  test("only the password of the account authenticates, and an account without one never does", async () => {
    expect(await accounts.authenticate("dr.lindgren", password)).toEqual({ kind: "known", account: "dr.lindgren" });
    expect(await accounts.authenticate("dr.lindgren", "wrong horse battery")).toEqual({
      kind: "refused",
      account: "dr.lindgren",
      locked: false,
    });
    expect(await accounts.authenticate("nobody", password)).toEqual({ kind: "refused", account: null, locked: false });
    expect(await known("admin", "")).toBe(false);
    expect(JSON.stringify(await database.query("select * from account"))).not.toContain(password);
  });

  test("a name is taken once, and only one of small letters, digits and . _ @ - is taken", async () => {
    await expect(accounts.create("dr.lindgren", "reader", by)).rejects.toMatchObject({ code: "access.account-exists" });
    for (const name of ["", "Jane Doe", "jane\u0000", ".hidden", "x".repeat(65), "a'; drop table account; --"])
      await expect(accounts.create(name, "reader", by)).rejects.toMatchObject({ code: "access.bad-account-name" });
    for (const change of [
      () => accounts.disable("nobody", by),
      () => accounts.changeRole("nobody", "reader", by),
      () => accounts.changePassword("nobody", password, by),
      () => accounts.firstPasswordLink("nobody", by),
    ])
      await expect(change()).rejects.toMatchObject({ code: "access.no-such-account" });
  });

  test("ten failures lock an account for 15 minutes, whatever the password; then it is open again", async () => {
    for (let failure = 1; failure <= 10; failure++)
      expect(await accounts.authenticate("dr.lindgren", "wrong")).toEqual({
        kind: "refused",
        account: "dr.lindgren",
        locked: failure === 10,
      });
    expect(await accounts.authenticate("dr.lindgren", password)).toEqual({ kind: "refused", account: "dr.lindgren", locked: true });
    nowMs += 15 * minuteMs - 1;
    expect(await known("dr.lindgren", password)).toBe(false);
    nowMs += 1;
    expect(await accounts.authenticate("dr.lindgren", "wrong")).toMatchObject({ locked: false });
    expect(await known("dr.lindgren", password)).toBe(true);
  });

  test("a success starts the count anew", async () => {
    for (let round = 0; round < 2; round++) {
      for (let failure = 0; failure < 9; failure++) await known("dr.lindgren", "wrong");
      expect(await known("dr.lindgren", password)).toBe(true);
    }
  });

  test("of many attempts at once no more than ten are looked at", async () => {
    const attempts = await Promise.all(Array.from({ length: 25 }, () => accounts.authenticate("dr.lindgren", "wrong")));
    expect(attempts.every(({ kind }) => kind === "refused")).toBe(true);
    const [row] = await database.query<{ failures: number }>("select failures from account where name = 'dr.lindgren'");
    expect(row?.failures).toBe(10);
    expect(await known("dr.lindgren", password)).toBe(false);
  });

  test("a link sets a password once, within a day, and unlocks the account", async () => {
    for (let failure = 0; failure < 10; failure++) await known("dr.lindgren", "wrong");
    const token = await accounts.firstPasswordLink("dr.lindgren", by);
    expect(await accounts.useLink(token, "short", null)).toMatchObject({ code: "access.password-short" });
    expect(await accounts.useLink(token, "another good sentence", "10.0.0.7")).toBe("dr.lindgren");
    expect(await accounts.useLink(token, "yet another sentence", null)).toMatchObject({ code: "access.link-void" });
    expect(await known("dr.lindgren", "another good sentence")).toBe(true);
    const late = await accounts.firstPasswordLink("dr.lindgren", by);
    nowMs += 24 * 60 * minuteMs;
    expect(await accounts.useLink(late, "yet another sentence", null)).toMatchObject({ code: "access.link-void" });
    expect(await accounts.useLink("made up", "yet another sentence", null)).toMatchObject({ code: "access.link-void" });
  });

  test("of two who use a link at once only one sets the password", async () => {
    const token = await accounts.firstPasswordLink("dr.lindgren", by);
    const outcomes = await Promise.all(
      ["first good sentence", "second good sentence"].map((chosen) => accounts.useLink(token, chosen, null)),
    );
    expect(outcomes.filter((outcome) => outcome === "dr.lindgren")).toHaveLength(1);
  });

  test("a later link, a change of the password and disabling make a link void", async () => {
    const voided = async (doing: () => Promise<unknown>): Promise<void> => {
      const token = await accounts.firstPasswordLink("dr.lindgren", by);
      await doing();
      expect(await accounts.useLink(token, "another good sentence", null)).toMatchObject({ code: "access.link-void" });
    };
    await voided(() => accounts.firstPasswordLink("dr.lindgren", by));
    await voided(() => accounts.changePassword("dr.lindgren", "another good sentence", by));
    await voided(() => accounts.disable("dr.lindgren", by));
  });

  test("a disabled account neither signs in nor stays signed in, until it is enabled", async () => {
    const token = await logins.open("dr.lindgren");
    await accounts.disable("dr.lindgren", by);
    expect(await logins.find(token)).toBeNull();
    expect(await known("dr.lindgren", password)).toBe(false);
    await accounts.enable("dr.lindgren", by);
    expect(await logins.find(token)).toBeNull();
    expect(await known("dr.lindgren", password)).toBe(true);
  });

  test("the last administrator stays one, also when two disable each other at once", async () => {
    for (const change of [() => accounts.disable("admin", by), () => accounts.changeRole("admin", "reader", by)])
      await expect(change()).rejects.toMatchObject({ code: "access.last-administrator" });
    await accounts.create("admin2", "administrator", by);
    const outcomes = await Promise.allSettled([accounts.disable("admin", by), accounts.disable("admin2", by)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("there is an administrator when one has a password and is not disabled", async () => {
    expect(await accounts.hasAdministrator()).toBe(false);
    await accounts.changePassword("admin", "a long enough one", by);
    expect(await accounts.hasAdministrator()).toBe(true);
  });

  test("each change stands in the audit log, and none that failed; no password and no token does", async () => {
    const log = new AuditLog(database);
    const [before] = await log.latest({ limit: 1 });
    await accounts.changeRole("dr.lindgren", "researcher", by);
    await accounts.changePassword("dr.lindgren", "short", by);
    await accounts.disable("admin", by).catch(() => undefined);
    const token = await accounts.firstPasswordLink("dr.lindgren", by);
    await accounts.useLink(token, "another good sentence", "10.0.0.7");
    const records = (await log.latest({ limit: 100 })).filter(({ sequence }) => sequence > (before?.sequence ?? 0)).reverse();
    expect(records.map(({ event }) => [event.what, event.about.account, event.because])).toEqual([
      ["account-changed", "dr.lindgren", "role.researcher"],
      ["account-changed", "dr.lindgren", "link"],
      ["account-changed", "dr.lindgren", "password"],
    ]);
    expect(records.at(-1)?.event).toMatchObject({ who: { kind: "account", name: "dr.lindgren" }, from: "10.0.0.7" });
    const everything = JSON.stringify([records, await database.query("select * from first_password_link"), await accounts.list()]);
    for (const secret of [token, password, "another good sentence"]) expect(everything).not.toContain(secret);
  });

  test("a login ends after half an hour unused, and twelve hours after it began however it is used", async () => {
    const token = await logins.open("dr.lindgren");
    nowMs += 30 * minuteMs;
    expect(await logins.find(token)).toBeNull();
    const used = await logins.open("dr.lindgren");
    for (let passedMinutes = 20; passedMinutes < 12 * 60; passedMinutes += 20) {
      nowMs += 20 * minuteMs;
      expect(await logins.find(used)).toEqual({ account: "dr.lindgren", role: "reader", byProvider: false });
    }
    nowMs += 20 * minuteMs;
    expect(await logins.find(used)).toBeNull();
    await logins.open("dr.lindgren");
    expect(await database.query("select 1 as one from login")).toHaveLength(1);
  });

  test("a login that was ended, changed by one letter, or read in the database lets nobody in", async () => {
    const token = await logins.open("dr.lindgren");
    const [row] = await database.query<{ token_hash: string }>("select token_hash from login");
    for (const forged of ["", `${token}x`, token.replace(/^./, (letter) => (letter === "A" ? "B" : "A")), row?.token_hash ?? ""])
      expect(await logins.find(forged)).toBeNull();
    expect(await logins.find(token)).not.toBeNull();
    await logins.end(token);
    expect(await logins.find(token)).toBeNull();
  });

  test("a change of password or role ends every login of that account and of no other", async () => {
    await accounts.create("other", "technician", by);
    const theirs = await logins.open("other");
    for (const change of [
      () => accounts.changePassword("dr.lindgren", "another good sentence", by),
      () => accounts.changeRole("dr.lindgren", "technician", by),
    ]) {
      const tokens = [await logins.open("dr.lindgren"), await logins.open("dr.lindgren")];
      await change();
      for (const token of tokens) expect(await logins.find(token)).toBeNull();
    }
    expect(await logins.find(theirs)).toEqual({ account: "other", role: "technician", byProvider: false });
  });
});
