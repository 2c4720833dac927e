import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { newToken, tokenHash } from "../access/token.ts";
import { Accounts } from "./accounts.ts";
import type { Database } from "./database.ts";
import { LoginFlows } from "./login-flows.ts";
import { Logins } from "./logins.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

const minuteMs = 60_000;
const signIn = { loginHash: null, back: "/" };

describe.each(storeKinds)("trips to the identity provider on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let second: Database;
  let nowMs = Date.parse("2026-03-01T08:00:00Z");
  const now = (): Date => new Date(nowMs);
  let flows: LoginFlows;
  let logins: Logins;

  beforeAll(async () => {
    server = await start();
    const place = await server.fresh();
    database = await openDatabase(place);
    second = place.kind === "embedded" ? database : await openDatabase(place);
    await migrate(database);
    flows = new LoginFlows(database, now);
    logins = new Logins(database, now);
    for (const name of ["signer", "other"])
      await new Accounts(database, now).create(name, "reader", { who: { kind: "program", name: "accounts" }, from: null });
  });
  afterAll(async () => {
    await second.close();
    await database.close();
    await server.close();
  });
  beforeEach(() => {
    nowMs += 60 * minuteMs;
  });

  test("of all who take the end of a trip at once, in whichever process, one gets it", async () => {
    const token = newToken();
    await flows.begin(token, signIn);
    expect(await flows.take(newToken())).toBeNull();
    const elsewhere = new LoginFlows(second, now);
    const taken = await Promise.all(Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? flows : elsewhere).take(token)));
    expect(taken.filter((flow) => flow !== null)).toEqual([signIn]);
  });

  test("a trip is over after ten minutes, and its row goes", async () => {
    const token = newToken();
    await flows.begin(token, signIn);
    nowMs += 10 * minuteMs;
    expect(await flows.take(token)).toBeNull();
    await flows.begin(newToken(), signIn);
    expect(await database.query("select token_hash from login_flow where token_hash = $1", [tokenHash(token)])).toEqual([]);
  });

  test("what stands in the database is not the browser's token, and a trip for a login that is over is over too", async () => {
    const login = await logins.open("signer");
    const token = newToken();
    await flows.begin(token, { loginHash: tokenHash(login), back: "/studies/1.2" });
    expect(JSON.stringify(await database.query("select * from login_flow"))).not.toContain(token);
    await logins.end(login);
    expect(await flows.take(token)).toBeNull();
  });

  test("a proof counts for the login it was made for, once, within five minutes", async () => {
    const [here, elsewhere] = [await logins.open("signer"), await logins.open("signer")];
    expect(await logins.reauthenticated(tokenHash(here), "other")).toBe(false);
    expect(await logins.takeReauthentication(here)).toBe(false);
    expect(await logins.reauthenticated(tokenHash(here), "signer")).toBe(true);
    expect(await logins.takeReauthentication(elsewhere)).toBe(false);
    expect(await Promise.all(Array.from({ length: 4 }, () => logins.takeReauthentication(here)))).toEqual([true, false, false, false]);
    await logins.reauthenticated(tokenHash(here), "signer");
    nowMs += 5 * minuteMs;
    expect(await logins.takeReauthentication(here)).toBe(false);
    nowMs += 30 * minuteMs;
    expect(await logins.reauthenticated(tokenHash(here), "signer")).toBe(false);
  });
});
