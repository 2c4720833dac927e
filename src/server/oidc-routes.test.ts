import { type FastifyInstance, fastify } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Browser, freePort, otherKey, startProvider, type TestProvider } from "../../tests/identity-provider.ts";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { newToken } from "../access/token.ts";
import type { AuditEvent } from "../audit/event.ts";
import { escaped } from "../report/html.ts";
import { Accounts } from "../store/accounts.ts";
import { AuditLog } from "../store/audit-log.ts";
import type { Database } from "../store/database.ts";
import { Identities } from "../store/identities.ts";
import { LoginFlows } from "../store/login-flows.ts";
import { Logins } from "../store/logins.ts";
import { migrate } from "../store/migrate.ts";
import { openDatabase } from "../store/open-database.ts";
import { say } from "../words/say.ts";
import { IdentityProvider } from "./identity-provider.ts";
import { loginRoutes } from "./login.ts";
import { LoginLimit } from "./login-limit.ts";
import { oidcRoutes, openOidcRoutes } from "./oidc-routes.ts";
import { openPages, pages } from "./pages.ts";
import { Sessions } from "./session.ts";

const password = "correct horse battery";
const by = { who: { kind: "program", name: "accounts" }, from: null } as const;
const minuteMs = 60_000;

let store: StoreServer;
let database: Database;
let accounts: Accounts;
let logins: Logins;
let provider: TestProvider;
let url: string;
/** Two processes of one server: a load balancer may send a browser to either. */
let apps: FastifyInstance[];
let otherUrl: string;
let nowMs = Date.now();
let told: string[] = [];
const now = (): Date => new Date(nowMs);

async function serve(port: number, at = provider): Promise<FastifyInstance> {
  const app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const audit = (event: AuditEvent): Promise<void> => new AuditLog(database).append(event);
  const sessions = new Sessions({ logins, audit, now, secure: false, open: [...openPages, ...openOidcRoutes] });
  const settings = {
    issuer: at.issuer,
    clientId: at.clientId,
    clientSecret: at.clientSecret,
    scope: "openid profile",
    roleClaim: "roles",
    roles: [
      ["it", "administrator"],
      ["radiology", "reader"],
    ] as const,
    publicUrl: url,
  };
  const ports = {
    sessions,
    accounts,
    logins,
    now,
    limit: new LoginLimit(),
    provider: new IdentityProvider(settings, (because) => told.push(because)),
    flows: new LoginFlows(database, now),
    identities: new Identities(database, now),
    secure: false,
  };
  await sessions.register(app);
  await loginRoutes(app, sessions, ports);
  await app.register(pages, ports);
  await app.register(oidcRoutes, ports);
  app.get("/api/reader", { preHandler: sessions.guard("verdict.give") }, async () => "may read");
  await app.listen({ host: "127.0.0.1", port });
  return app;
}

beforeAll(async () => {
  store = await (storeKinds[0] as (typeof storeKinds)[number]).start();
  database = await openDatabase(await store.fresh());
  await migrate(database);
  accounts = new Accounts(database, now);
  logins = new Logins(database, now);
  await accounts.create("jane", "technician", by);
  await accounts.changePassword("jane", password, by);
  const ports = [await freePort(), await freePort()];
  [url = "", otherUrl = ""] = ports.map((port) => `http://127.0.0.1:${port}`);
  provider = await startProvider(`${url}/api/oidc/callback`);
  apps = await Promise.all(ports.map((port) => serve(port)));
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await provider.away();
  await database.close();
  await store.close();
});
beforeEach(() => {
  provider.lie = {};
  provider.metadata = {};
  // Attempts of the tests before are paid off.
  nowMs += 60 * minuteMs;
  told = [];
});

const start = (): string => `${url}/api/oidc/start`;
const forSigning = (): string => `${start()}?purpose=sign&back=/studies/1.2.3`;
const callback = (): string => `${url}/api/oidc/callback`;
const en = (code: string): string => escaped(say("en", code));
interface Me {
  readonly account: string;
  readonly role: string;
  readonly reauthenticate: string;
}
/** Who a browser is signed in as; null: nobody. */
async function me(browser: Browser): Promise<Me | null> {
  const { answer } = await browser.go(`${url}/api/me`);
  return answer.status === 200 ? ((await answer.json()) as Me) : null;
}
const lastEvents = async (limit: number): Promise<unknown[]> => {
  const records = await new AuditLog(database).latest({ limit });
  return records.map(({ event: { who, what, about, because } }) => [what, who.kind === "nobody-known" ? null : who, about, because]);
};
/** Somebody who comes for the first time. */
async function signedIn(subject: string, roles: readonly string[]): Promise<Browser> {
  provider.people.set(subject, { preferred_username: subject, roles });
  const browser = new Browser();
  expect((await browser.prove(start(), subject)).answer.status).toBe(200);
  return browser;
}
const token = (browser: Browser): string => browser.cookie(url, "overread") ?? "";

test("whoever comes from the provider for the first time gets an account with the role of their claim, and stands in the audit log", async () => {
  provider.people.set("7f3e", { preferred_username: "Åsa@Hospital.example", roles: ["staff", "radiology"] });
  const browser = new Browser();
  const page = await (await browser.go(`${url}/`)).answer.text();
  expect(page).toContain(`href="${start()}">${en("page.sign-in-oidc")}`);
  const { url: ended, answer } = await browser.prove(start(), "7f3e");
  expect(ended).toMatch(/\/api\/oidc\/callback\?/);
  expect(answer.headers.get("refresh")).toBe("0; url=/");
  expect(answer.headers.getSetCookie()).toContainEqual(expect.stringMatching(/^overread=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/));
  expect(await me(browser)).toMatchObject({ account: "asa@hospital.example", role: "reader", reauthenticate: "oidc" });
  const account = "asa@hospital.example";
  expect(await lastEvents(2)).toEqual([
    ["login", { kind: "account", name: account }, {}, undefined],
    ["account-changed", { kind: "program", name: "oidc" }, { account }, "created"],
  ]);
});

test("an account with a password is never taken over by a person of the same name", async () => {
  const browser = await signedIn("jane", ["it"]);
  expect(await me(browser)).toMatchObject({ account: "jane-2", role: "administrator" });
  expect(await accounts.authenticate("jane", password)).toEqual({ kind: "known", account: "jane" });
  expect((await accounts.authenticate("jane-2", password)).kind).toBe("refused");
  expect((await accounts.list()).find(({ name }) => name === "jane")?.role).toBe("technician");
});

test("a trip begun at one process ends at another, once", async () => {
  provider.people.set("nomad", { preferred_username: "nomad", roles: ["radiology"] });
  const browser = new Browser();
  const { url: back } = await browser.prove(start(), "nomad", callback());
  const trip = browser.cookie(url, "overread-trip") ?? "";
  const elsewhere = back.replace(url, otherUrl);
  browser.setCookie(otherUrl, "overread-trip", trip);
  expect((await browser.go(elsewhere)).answer.status).toBe(200);
  expect(browser.cookie(otherUrl, "overread-trip")).toBeUndefined();
  expect(browser.cookie(otherUrl, "overread")).toMatch(/^[\w-]{43}$/);
  const thief = new Browser();
  thief.setCookie(url, "overread-trip", trip);
  const again = await thief.go(back);
  expect([again.answer.status, thief.cookie(url, "overread")]).toEqual([403, undefined]);
  expect(await again.answer.text()).toContain(en("access.oidc-void"));
  expect(await lastEvents(1)).toEqual([["login-failed", null, {}, "access.oidc-void"]]);
});

test("a stolen address signs nobody in without the cookie, with a forged one, or after ten minutes", async () => {
  const trip = async (): Promise<[Browser, string]> => {
    const browser = new Browser();
    return [browser, (await browser.prove(start(), "7f3e", callback())).url];
  };
  const [, stolen] = await trip();
  const [other] = await trip();
  const [late, theirs] = await trip();
  const forger = new Browser();
  forger.setCookie(url, "overread-trip", newToken());
  for (const browser of [new Browser(), other, forger]) {
    expect((await browser.go(stolen)).answer.status).toBe(403);
    expect(await me(browser)).toBeNull();
  }
  nowMs += 10 * minuteMs;
  expect((await late.go(theirs)).answer.status).toBe(403);
});

test("a callback with a state of somebody else signs nobody in, and ends no trip that is under way", async () => {
  const browser = new Browser();
  const { url: back } = await browser.prove(start(), "7f3e", callback());
  const planted = new URL(back);
  planted.searchParams.set("state", newToken());
  expect((await browser.go(planted.href)).answer.status).toBe(403);
  expect(await me(browser)).toBeNull();
  expect((await browser.go(back)).answer.status).toBe(200);
  expect((await me(browser))?.account).toBe("asa@hospital.example");
});

test.each([
  ["another nonce", { claims: (claims) => ({ ...claims, nonce: newToken() }) }],
  ["no nonce", { claims: ({ nonce, ...claims }) => claims }],
  ["another client", { claims: (claims) => ({ ...claims, aud: "another-program" }) }],
  ["another issuer", { claims: (claims) => ({ ...claims, iss: "https://elsewhere.example" }) }],
  ["an hour ago", { claims: (claims) => ({ ...claims, exp: Number(claims.iat) - 3600 }) }],
  ["a signature of another key", { key: otherKey }],
] satisfies [string, TestProvider["lie"]][])("an ID token for %s is not believed", async (_what, lie) => {
  provider.lie = lie;
  const browser = new Browser();
  const { answer } = await browser.prove(start(), "7f3e");
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain(en("access.oidc-unproven"));
  expect(await me(browser)).toBeNull();
  expect(told).toEqual([expect.stringMatching(/^OAUTH_/)]);
  expect(await lastEvents(1)).toEqual([["login-failed", null, {}, "access.oidc-unproven"]]);
});

test("a code of another trip is worth nothing, as PKCE ties it to its own", async () => {
  const [one, other] = [new Browser(), new Browser()];
  const { url: stolen } = await one.prove(start(), "7f3e", callback());
  const own = new URL((await other.prove(start(), "7f3e", callback())).url);
  own.searchParams.set("code", new URL(stolen).searchParams.get("code") ?? "");
  expect((await other.go(own.href)).answer.status).toBe(403);
  expect(await me(other)).toBeNull();
});

test("the role follows the claim at every sign-in, and a change ends what was signed in with the one before", async () => {
  const before = await signedIn("climber", ["radiology"]);
  expect((await before.go(`${url}/api/reader`)).answer.status).toBe(200);
  const after = await signedIn("climber", ["radiology", "it"]);
  expect(await me(after)).toMatchObject({ account: "climber", role: "administrator" });
  expect(await me(before)).toBeNull();
  expect((await lastEvents(2))[1]).toEqual([
    "account-changed",
    { kind: "program", name: "oidc" },
    { account: "climber" },
    "role.administrator",
  ]);
  const again = await signedIn("climber", ["radiology", "it"]);
  expect(await me(after)).not.toBeNull();
  expect(await me(again)).toMatchObject({ role: "administrator" });
});

test("whoever has no role, or has lost it, is refused with a sentence and is signed in nowhere", async () => {
  const stranger = new Browser();
  provider.people.set("stranger", { preferred_username: "stranger", roles: ["canteen"] });
  const { answer } = await stranger.prove(start(), "stranger");
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(en("access.oidc-no-role"))]);
  expect(await lastEvents(1)).toEqual([["login-failed", null, {}, "access.oidc-no-role"]]);
  expect((await accounts.list()).map(({ name }) => name)).not.toContain("stranger");

  const leaver = await signedIn("leaver", ["radiology"]);
  provider.people.set("leaver", { preferred_username: "leaver" });
  const late = new Browser();
  expect((await late.prove(start(), "leaver")).answer.status).toBe(403);
  expect([await me(leaver), await me(late)]).toEqual([null, null]);
  expect(await lastEvents(1)).toEqual([["login-failed", null, { account: "leaver" }, "access.oidc-no-role"]]);
});

test("a disabled account stays out, whatever the provider says", async () => {
  const browser = await signedIn("former", ["radiology"]);
  await accounts.disable("former", by);
  const { answer } = await browser.prove(start(), "former");
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(en("access.oidc-disabled"))]);
  expect(await me(browser)).toBeNull();
  expect(await lastEvents(1)).toEqual([["login-failed", null, { account: "former" }, "access.oidc-disabled"]]);
});

test("who leaves the provider's page is told so in their language", async () => {
  const browser = new Browser();
  const { url: at } = await browser.go(start());
  const { answer } = await browser.go(`${at}/abort`);
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(en("access.oidc-refused"))]);
  const chinese = { headers: { "accept-language": "zh-CN" } };
  expect(await (await browser.go(callback(), chinese)).answer.text()).toContain(say("zh", "access.oidc-void"));
});

test("proving again before signing asks for the password, holds for five minutes and counts once", async () => {
  const browser = await signedIn("signer", ["radiology"]);
  expect(await logins.takeReauthentication(token(browser))).toBe(false);
  const asked = await browser.go(forSigning(), {}, provider.issuer);
  expect(asked.url).toMatch(/[?&]prompt=login(&|$)/);
  expect(asked.url).toMatch(/[?&]max_age=0(&|$)/);
  const before = token(browser);
  // Back from another site, the browser does not send the session's cookie.
  const { answer } = await browser.prove(forSigning(), "signer");
  expect([answer.status, answer.headers.get("refresh")]).toEqual([200, "0; url=/studies/1.2.3"]);
  expect(await lastEvents(1)).toEqual([["login", { kind: "account", name: "signer" }, {}, "again"]]);
  expect(token(browser)).toBe(before);
  expect(await logins.takeReauthentication(before)).toBe(true);
  expect(await logins.takeReauthentication(before)).toBe(false);
  await browser.prove(forSigning(), "signer");
  nowMs += 5 * minuteMs;
  expect(await logins.takeReauthentication(before)).toBe(false);
});

test.each([
  ["an older proof", (claims: Record<string, unknown>) => ({ ...claims, auth_time: Number(claims.iat) - 121 })],
  ["no time of the proof", ({ auth_time, ...claims }: Record<string, unknown>) => claims],
])("%s does not count as one for signing", async (_what, claims) => {
  const browser = await signedIn("signer", ["radiology"]);
  provider.lie = { claims };
  const { answer } = await browser.prove(forSigning(), "signer");
  const page = await answer.text();
  expect([answer.status, page]).toEqual([403, expect.stringContaining(en("access.oidc-not-fresh"))]);
  expect(page).toContain('href="/studies/1.2.3"');
  expect(await logins.takeReauthentication(token(browser))).toBe(false);
  expect((await me(browser))?.account).toBe("signer");
});

test("another person at the provider proves nothing for whoever is signed in here", async () => {
  const browser = await signedIn("signer", ["radiology"]);
  provider.lie = { claims: (claims) => ({ ...claims, sub: "7f3e" }) };
  const { answer } = await browser.prove(forSigning(), "signer");
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(en("access.oidc-other-person"))]);
  expect(await logins.takeReauthentication(token(browser))).toBe(false);
  expect((await me(browser))?.account).toBe("signer");
  const nobody = await new Browser().go(forSigning());
  expect([nobody.answer.status, await nobody.answer.text()]).toEqual([403, expect.stringContaining(en("access.not-signed-in"))]);
});

test("an account with a password proves itself again with it, once for five minutes, and failures are limited", async () => {
  const browser = new Browser();
  const post = (path: string, body: object, csrf = ""): Promise<Response> => {
    const headers = { "content-type": "application/json", "x-overread-csrf": csrf };
    return browser.go(otherUrl + path, { method: "POST", body: JSON.stringify(body), headers }).then(({ answer }) => answer);
  };
  const signIn = await post("/api/login", { account: "jane", password });
  const { csrf, reauthenticate } = (await signIn.json()) as Me & { csrf: string };
  expect(reauthenticate).toBe("password");
  const session = browser.cookie(otherUrl, "overread") ?? "";
  expect((await post("/api/reauthenticate", { password })).status).toBe(403);
  expect(await logins.takeReauthentication(session)).toBe(false);
  expect((await post("/api/reauthenticate", { password }, csrf)).status).toBe(204);
  expect(await lastEvents(1)).toEqual([["login", { kind: "account", name: "jane" }, {}, "again"]]);
  expect(await logins.takeReauthentication(session)).toBe(true);
  expect(await logins.takeReauthentication(session)).toBe(false);
  const wrong = await post("/api/reauthenticate", { password: "wrong horse battery" }, csrf);
  expect([wrong.status, await wrong.json()]).toEqual([403, expect.objectContaining({ code: "access.password-wrong" })]);
  expect(await logins.takeReauthentication(session)).toBe(false);
  for (let tries = 0; tries < 19; tries++) await post("/api/first-password", { token: "guessed", password });
  expect((await post("/api/reauthenticate", { password }, csrf)).status).toBe(429);
});

test.each(["//evil.example", "https://evil.example", "/\\evil.example", "/a b", "/a\r\nx: y"])(
  "the way back leads to a page of ours, not to %j",
  async (back) => {
    const { answer } = await new Browser().go(`${start()}?back=${encodeURIComponent(back)}`, {}, provider.issuer);
    expect(answer.status).toBe(400);
  },
);

test("an address without https that the provider names is not asked", async () => {
  provider.metadata = { token_endpoint: "http://192.0.2.1/token" };
  const port = await freePort();
  const app = await serve(port);
  const browser = new Browser();
  const { url: back } = await browser.prove(start(), "7f3e", callback());
  browser.setCookie(`http://127.0.0.1:${port}`, "overread-trip", browser.cookie(url, "overread-trip") ?? "");
  const { answer } = await browser.go(back.replace(url, `http://127.0.0.1:${port}`));
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(en("access.oidc-unproven"))]);
  await app.close();
});

test("claims that the provider gives only at its userinfo address count too; while it is away, passwords still work and the page says so", async () => {
  const other = await startProvider(`${url}/api/oidc/callback`, "userinfo");
  other.people.set("u1", { preferred_username: "from.userinfo", roles: ["radiology"] });
  const [port, portAfter] = [await freePort(), await freePort()];
  const there = `http://127.0.0.1:${port}`;
  const app = await serve(port, other);
  const browser = new Browser();
  const { url: back } = await browser.prove(`${there}/api/oidc/start`, "u1", callback());
  expect((await browser.go(back.replace(url, there))).answer.status).toBe(200);
  const { answer } = await browser.go(`${there}/api/me`);
  expect(await answer.json()).toMatchObject({ account: "from.userinfo", role: "reader" });
  await app.close();

  await other.away();
  const without = await serve(portAfter, other);
  const after = `http://127.0.0.1:${portAfter}`;
  const begun = await new Browser().go(`${after}/api/oidc/start`);
  expect([begun.answer.status, await begun.answer.text()]).toEqual([503, expect.stringContaining(en("access.oidc-away"))]);
  const page = await (await new Browser().go(`${after}/`)).answer.text();
  expect(page).toContain(en("access.oidc-away"));
  expect(page).not.toContain("/api/oidc/start");
  const local = new Browser();
  await local.go(`${after}/sign-in`, { method: "POST", body: new URLSearchParams({ account: "jane", password }) }, after);
  expect(local.cookie(after, "overread")).toMatch(/^[\w-]{43}$/);
  expect(told).toEqual(["unreachable"]);
  await without.close();
});

test("an address that brings back one wrong answer after the other waits", async () => {
  const port = await freePort();
  const app = await serve(port);
  const statuses: number[] = [];
  for (let tries = 0; tries < 21; tries++) statuses.push((await fetch(`http://127.0.0.1:${port}/api/oidc/callback?code=x&state=y`)).status);
  expect(statuses).toEqual([...Array<number>(20).fill(403), 429]);
  await app.close();
});

test("the audit log of all this is whole", async () => {
  expect(await new AuditLog(database).verify()).toMatchObject({ kind: "whole" });
});
