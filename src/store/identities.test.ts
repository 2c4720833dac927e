import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { Accounts, type ChangedBy } from "./accounts.ts";
import { AuditLog } from "./audit-log.ts";
import type { Database } from "./database.ts";
import { Identities, type Identity } from "./identities.ts";
import { Logins } from "./logins.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

const by: ChangedBy = { who: { kind: "program", name: "accounts" }, from: null };
const now = (): Date => new Date("2026-03-01T08:00:00Z");
const asa: Identity = { issuer: "https://id.example", subject: "7f3e", called: ["Åsa"], role: "reader" };

describe.each(storeKinds)("identities on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let accounts: Accounts;
  let identities: Identities;
  let logins: Logins;

  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    accounts = new Accounts(database, now);
    identities = new Identities(database, now);
    logins = new Logins(database, now);
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  beforeEach(async () => {
    await database.query("delete from login; delete from account_identity; delete from account");
  });
  const names = async (): Promise<string[]> => (await accounts.list()).map(({ name, role }) => `${name} ${role}`);

  test("a person is known by issuer and subject, whatever they are called by then", async () => {
    expect(await identities.accountOf(asa, "10.0.0.7")).toEqual({ kind: "known", account: "asa" });
    expect(await identities.accountOf({ ...asa, called: ["Åsa Lindgren"] }, null)).toEqual({ kind: "known", account: "asa" });
    const [created] = await new AuditLog(database).latest({ limit: 1 });
    expect(created?.event).toMatchObject({ who: { name: "oidc" }, from: "10.0.0.7", about: { account: "asa" }, because: "created" });
  });

  test("another person of the same name gets a name of their own, be the one before a local account or of another issuer", async () => {
    await accounts.create("asa", "technician", by);
    expect(await identities.accountOf(asa, null)).toMatchObject({ account: "asa-2" });
    expect(await identities.accountOf({ ...asa, subject: "other" }, null)).toMatchObject({ account: "asa-3" });
    expect(await identities.accountOf({ ...asa, issuer: "https://elsewhere.example" }, null)).toMatchObject({ account: "asa-4" });
    expect(await names()).toEqual(["asa technician", "asa-2 reader", "asa-3 reader", "asa-4 reader"]);
  });

  test("one person who comes several times at once for the first time gets one account", async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => identities.accountOf(asa, null)));
    expect(outcomes).toEqual(Array(8).fill({ kind: "known", account: "asa" }));
    expect(await names()).toEqual(["asa reader"]);
  });

  test("another role ends what was signed in with the one before, the same role does not", async () => {
    await identities.accountOf(asa, null);
    const token = await logins.open("asa");
    expect(await logins.find(token)).toEqual({ account: "asa", role: "reader", byProvider: true });
    await identities.accountOf(asa, null);
    expect(await logins.find(token)).not.toBeNull();
    expect(await identities.accountOf({ ...asa, role: "technician" }, null)).toMatchObject({ kind: "known" });
    expect(await logins.find(token)).toBeNull();
    expect(await names()).toEqual(["asa technician"]);
  });

  test("without a role nobody gets an account, and whoever has one is signed out and refused", async () => {
    const none = { ...asa, role: null };
    const refused = { kind: "refused", because: { code: "access.oidc-no-role" } };
    expect(await identities.accountOf(none, null)).toMatchObject({ ...refused, account: null });
    expect(await names()).toEqual([]);
    await identities.accountOf(asa, null);
    const token = await logins.open("asa");
    expect(await identities.accountOf(none, null)).toMatchObject({ ...refused, account: "asa" });
    expect(await logins.find(token)).toBeNull();
  });

  test("a disabled account stays disabled, with the role it had", async () => {
    await accounts.create("admin", "administrator", by);
    await identities.accountOf(asa, null);
    await accounts.disable("asa", by);
    expect(await identities.accountOf({ ...asa, role: "administrator" }, null)).toMatchObject({
      kind: "refused",
      account: "asa",
      because: { code: "access.oidc-disabled" },
    });
    expect(await names()).toEqual(["admin administrator", "asa reader"]);
  });

  test("the provider may take the last administrator's role too, as it can give it back", async () => {
    await identities.accountOf({ ...asa, role: "administrator" }, null);
    expect(await identities.accountOf(asa, null)).toMatchObject({ kind: "known" });
    expect(await names()).toEqual(["asa reader"]);
  });
});
