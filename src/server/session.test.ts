import { type FastifyInstance, fastify, type InjectOptions, type LightMyRequestResponse } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import type { Role } from "../access/role.ts";
import { newToken } from "../access/token.ts";
import type { AuditEvent } from "../audit/event.ts";
import { Accounts } from "../store/accounts.ts";
import { AuditLog } from "../store/audit-log.ts";
import type { Database } from "../store/database.ts";
import { Logins } from "../store/logins.ts";
import { migrate } from "../store/migrate.ts";
import { openDatabase } from "../store/open-database.ts";
import { loginRoutes } from "./login.ts";
import { LoginLimit } from "./login-limit.ts";
import { problem } from "./problem.ts";
import { Sessions } from "./session.ts";

const password = "correct horse battery";
const by = { who: { kind: "program", name: "accounts" }, from: null } as const;
const minuteMs = 60_000;

let server: StoreServer;
let database: Database;
let accounts: Accounts;
let app: FastifyInstance;
let nowMs = Date.parse("2026-03-01T08:00:00Z");
const now = (): Date => new Date(nowMs);

beforeAll(async () => {
  server = await (storeKinds[0] as (typeof storeKinds)[number]).start();
  database = await openDatabase(await server.fresh());
  await migrate(database);
  accounts = new Accounts(database, now);
  for (const role of ["administrator", "reader", "researcher", "technician"] as const) {
    await accounts.create(`the.${role}`, role, by);
    await accounts.changePassword(`the.${role}`, password, by);
  }
});
afterAll(async () => {
  await database.close();
  await server.close();
});

async function make(secure = false): Promise<FastifyInstance> {
  const made = fastify();
  made.setValidatorCompiler(validatorCompiler);
  made.setSerializerCompiler(serializerCompiler);
  made.setNotFoundHandler((request, reply) => problem(request, reply, 404, "server.no-such-page"));
  const logins = new Logins(database, now);
  const ports = {
    logins,
    audit: (event: AuditEvent) => new AuditLog(database).append(event),
    now,
    secure,
    open: ["/page"],
  };
  const sessions = new Sessions(ports);
  await sessions.register(made);
  await loginRoutes(made, sessions, { accounts, logins, limit: new LoginLimit(), now });
  made.get("/page", async () => "page");
  made.get("/api/study", { preHandler: sessions.guard("study.view") }, async (request) => sessions.accountOf(request));
  made.get("/api/frame", { preHandler: sessions.guard("study.view") }, async (request) => {
    await sessions.viewed(request, "1.2.3");
    return "frame";
  });
  made.get("/api/pseudonyms", { preHandler: sessions.guard("study.view-pseudonymised") }, async () => "pseudonyms");
  made.post("/api/verdict", { preHandler: sessions.guard("verdict.give") }, async () => "said");
  made.put("/api/checked", { preHandler: sessions.guard("verdict.give"), schema: { body: z.literal("checked") } }, async () => "checked");
  made.delete("/api/account", { preHandler: sessions.guard("account.manage") }, async () => "gone");
  made.get("/api/broken", { preHandler: sessions.guard("me") }, async () => {
    throw new Error("unexpected");
  });
  return made;
}
beforeEach(async () => {
  nowMs += 60 * minuteMs;
  app = await make();
});
afterEach(() => app.close());

interface Browser {
  readonly cookie: string;
  readonly csrf: string;
}
const post = (url: string, payload: object, cookie = ""): Promise<LightMyRequestResponse> =>
  app.inject({ method: "POST", url, payload, headers: { cookie } });
const tryPassword = (account: string, tried: string, cookie = ""): Promise<LightMyRequestResponse> =>
  post("/api/login", { account, password: tried }, cookie);
const cookieOf = (response: LightMyRequestResponse): string => `${response.cookies[0]?.name}=${response.cookies[0]?.value}`;
async function signIn(role: Role, cookie = ""): Promise<Browser> {
  const response = await tryPassword(`the.${role}`, password, cookie);
  expect(response.statusCode).toBe(200);
  return { cookie: cookieOf(response), csrf: response.json().csrf };
}
const ask = (method: NonNullable<InjectOptions["method"]>, url: string, browser: Partial<Browser> = {}): Promise<LightMyRequestResponse> =>
  app.inject({
    method,
    url,
    headers: { cookie: browser.cookie ?? "", ...(browser.csrf !== undefined && { "x-overread-csrf": browser.csrf }) },
  });
const lastEvents = async (limit: number): Promise<unknown[]> => {
  const records = await new AuditLog(database).latest({ limit });
  return records.map(({ event: { who, what, about, because } }) => [what, who.kind === "account" ? who.name : who.kind, about, because]);
};

test("who signs in is told who they are, gets a cookie that no script and no other site sees, and is written down", async () => {
  const response = await tryPassword(" The.Reader ", password);
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ account: "the.reader", role: "reader" });
  expect(response.json().may).toContain("verdict.give");
  expect(response.headers["set-cookie"]).toMatch(/^overread=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const { body } = await ask("GET", "/api/me", { cookie: cookieOf(response) });
  expect(body).toBe(response.body);
  expect(body).not.toContain(response.cookies[0]?.value);
  expect(await lastEvents(1)).toEqual([["login", "the.reader", {}, undefined]]);
});

test("over https the cookie goes over nothing else and belongs to this host alone", async () => {
  await app.close();
  app = await make(true);
  const response = await tryPassword("the.reader", password);
  expect(response.headers["set-cookie"]).toMatch(/^__Host-overread=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  expect(response.headers["strict-transport-security"]).toBe("max-age=31536000");
});

test("a wrong password, an account that does not exist, a locked and a disabled one get the same answer", async () => {
  for (let failure = 0; failure < 10; failure++) await accounts.authenticate("the.technician", "wrong");
  await accounts.create("the.former", "reader", by);
  await accounts.changePassword("the.former", password, by);
  await accounts.disable("the.former", by);
  const answers: LightMyRequestResponse[] = [];
  for (const [account, tried] of [
    ["the.reader", "wrong"],
    ["nobody", password],
    ["<script>", password],
    ["the.technician", password],
    ["the.former", password],
  ] as const)
    answers.push(await tryPassword(account, tried));
  const [first] = answers;
  expect(first?.statusCode).toBe(401);
  expect(first?.headers["content-type"]).toContain("application/problem+json");
  expect(first?.json()).toMatchObject({ code: "access.login-failed", status: 401 });
  for (const { statusCode, body, cookies } of answers) expect([statusCode, body, cookies]).toEqual([401, first?.body, []]);
  expect(await lastEvents(5)).toEqual([
    ["login-failed", "nobody-known", { account: "the.former" }, undefined],
    ["login-failed", "nobody-known", { account: "the.technician" }, "account-locked"],
    ["login-failed", "nobody-known", {}, undefined],
    ["login-failed", "nobody-known", {}, undefined],
    ["login-failed", "nobody-known", { account: "the.reader" }, undefined],
  ]);
  nowMs += 15 * minuteMs;
  await signIn("technician");
});

test("no cookie, a forged one, one of another server and one of a login that is over let nobody in", async () => {
  const { cookie } = await signIn("reader");
  const [name, token = ""] = cookie.split("=");
  const forged = [
    "",
    `${name}=${newToken()}`,
    `${name}=${token.slice(1)}`,
    `${name}=`,
    `__Host-${cookie}`,
    `${name}=' or 1=1 --`,
    `${name}=%00`,
  ];
  for (const cookieTried of forged) {
    const response = await ask("GET", "/api/study", { cookie: cookieTried });
    expect([response.statusCode, response.json().code]).toEqual([401, "access.not-signed-in"]);
  }
  expect((await ask("GET", "/api/study", { cookie })).body).toBe("the.reader");
  nowMs += 30 * minuteMs;
  expect((await ask("GET", "/api/study", { cookie })).statusCode).toBe(401);
});

test("what changes something needs the proof of a page of the same login", async () => {
  const mine = await signIn("reader");
  const others = await signIn("reader");
  for (const csrf of [undefined, "", "x", others.csrf, mine.cookie.split("=")[1]]) {
    const response = await ask("POST", "/api/verdict", { cookie: mine.cookie, ...(csrf !== undefined && { csrf }) });
    expect([response.statusCode, response.json().code]).toEqual([403, "access.page-unproven"]);
  }
  expect((await ask("POST", "/api/logout", { cookie: mine.cookie })).statusCode).toBe(403);
  expect((await ask("POST", "/api/verdict", mine)).body).toBe("said");
});

test("a form of another site cannot sign anybody in, as only JSON is taken", async () => {
  for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]) {
    const payload = JSON.stringify({ account: "the.reader", password });
    const response = await app.inject({ method: "POST", url: "/api/login", payload, headers: { "content-type": type } });
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.cookies).toEqual([]);
  }
});

test("no page of another origin can have a browser sign in or out, whatever it posts; our own pages and programs can", async () => {
  const tried = async (headers: Record<string, string>): Promise<number> =>
    (await app.inject({ method: "POST", url: "/api/login", payload: { account: "the.reader", password }, headers })).statusCode;
  const elsewhere = [
    { origin: "https://elsewhere.example" },
    { origin: "null" },
    { origin: "http://localhost:81" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of elsewhere) expect(await tried(headers)).toBe(403);
  const own = [
    {},
    { origin: "http://overread.example:8080", host: "overread.example:8080" },
    { "sec-fetch-site": "same-origin", origin: "https://behind-a-proxy.example" },
  ];
  for (const headers of own) expect(await tried(headers)).toBe(200);
});

test("each role gets what its line of the policy allows and nothing else, and refusals are written down", async () => {
  const expected: Record<Role, number[]> = {
    administrator: [200, 200, 200, 200],
    reader: [200, 200, 200, 403],
    technician: [200, 200, 403, 403],
    researcher: [403, 200, 403, 403],
  };
  for (const [role, statuses] of Object.entries(expected) as [Role, number[]][]) {
    const browser = await signIn(role);
    const got = [
      await ask("GET", "/api/study", browser),
      await ask("GET", "/api/pseudonyms", browser),
      await ask("POST", "/api/verdict", browser),
      await ask("DELETE", "/api/account", browser),
    ];
    expect(got.map(({ statusCode }) => statusCode)).toEqual(statuses);
    for (const { statusCode, body } of got) if (statusCode === 403) expect(JSON.parse(body).code).toBe("access.forbidden");
  }
  expect(await lastEvents(3)).toEqual(
    ["account.manage", "verdict.give", "study.view"].map((action) => ["access-refused", "the.researcher", {}, action]),
  );
});

test("a change of role holds from then on, and for whoever is signed in", async () => {
  await accounts.create("the.student", "reader", by);
  await accounts.changePassword("the.student", password, by);
  const cookie = cookieOf(await tryPassword("the.student", password));
  await accounts.changeRole("the.student", "researcher", by);
  expect((await ask("GET", "/api/study", { cookie })).statusCode).toBe(401);
  const again = cookieOf(await tryPassword("the.student", password));
  expect((await ask("GET", "/api/study", { cookie: again })).statusCode).toBe(403);
});

test("a cookie that an attacker planted before is not taken over, and signing in again ends the login before", async () => {
  const planted = `overread=${newToken()}`;
  const first = await signIn("reader", planted);
  expect(first.cookie).not.toBe(planted);
  expect((await ask("GET", "/api/me", { cookie: planted })).statusCode).toBe(401);
  const second = await signIn("reader", first.cookie);
  expect((await ask("GET", "/api/me", first)).statusCode).toBe(401);
  expect((await ask("GET", "/api/me", second)).statusCode).toBe(200);
});

test("who signs out is out, the cookie goes, and other logins of the account stay", async () => {
  const here = await signIn("reader");
  const elsewhere = await signIn("reader");
  const response = await ask("POST", "/api/logout", here);
  expect(response.statusCode).toBe(204);
  expect(response.cookies[0]).toMatchObject({ name: "overread", value: "" });
  expect(await lastEvents(1)).toEqual([["logout", "the.reader", {}, undefined]]);
  expect((await ask("GET", "/api/me", here)).statusCode).toBe(401);
  expect((await ask("GET", "/api/me", elsewhere)).statusCode).toBe(200);
});

test("a link sets the first password and signs in, once", async () => {
  await accounts.create("the.new", "reader", by);
  const token = await accounts.firstPasswordLink("the.new", by);
  const refused = await post("/api/first-password", { token, password: "the.new-2026" });
  expect([refused.statusCode, refused.json().code]).toEqual([422, "access.password-guessed"]);
  const set = await post("/api/first-password", { token, password });
  expect(set.json()).toMatchObject({ account: "the.new", role: "reader" });
  expect((await ask("GET", "/api/me", { cookie: cookieOf(set) })).statusCode).toBe(200);
  const again = await post("/api/first-password", { token, password: "another good sentence" });
  expect([again.statusCode, again.json().code]).toEqual([422, "access.link-void"]);
  expect((await tryPassword("the.new", password)).statusCode).toBe(200);
});

test("after twenty failures an address waits, whichever account it tries; other addresses do not", async () => {
  const from = (remoteAddress: string): Promise<LightMyRequestResponse> =>
    app.inject({ method: "POST", url: "/api/first-password", payload: { token: "guessed", password }, remoteAddress });
  for (let failure = 0; failure < 20; failure++) expect((await from("10.0.0.7")).statusCode).toBe(422);
  const response = await from("10.0.0.7");
  expect([response.statusCode, response.json().code, response.headers["retry-after"]]).toEqual([429, "access.too-many-attempts", "3"]);
  expect((await from("10.0.0.8")).statusCode).toBe(422);
  nowMs += 3000;
  expect((await from("10.0.0.7")).statusCode).toBe(422);
});

test("every answer carries the security headers, also pages, errors and what is not there, and none asks for https", async () => {
  const browser = await signIn("reader");
  for (const url of ["/page", "/api/me", "/api/study", "/api/broken", "/nowhere"]) {
    const { headers } = await ask("GET", url, browser);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/upgrade-insecure-requests|https:|unsafe-eval'? |script-src[^;]*unsafe-inline/);
    expect(headers["strict-transport-security"]).toBeUndefined();
    expect(headers["cache-control"]).toBe(url.startsWith("/api/") ? "no-store" : undefined);
  }
});

test("a refusal is said in the language that the browser asks for", async () => {
  const response = await app.inject({ url: "/api/me", headers: { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" } });
  expect(response.json()).toMatchObject({ code: "access.not-signed-in", title: "请先登录。" });
});

test("a route that is neither guarded nor named as open cannot be added", () => {
  for (const url of ["/api/unguarded", "/elsewhere"])
    expect(() => app.get(url, async () => "secret")).toThrow(/neither guarded nor named as open/);
});

test("over real http one signs in, is known by the cookie, and signs out", async () => {
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const login = await fetch(`${url}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ account: "the.reader", password }),
  });
  expect(login.status).toBe(200);
  const { csrf } = (await login.json()) as { csrf: string };
  const [cookie = ""] = (login.headers.getSetCookie()[0] ?? "").split(";");
  const study = (): Promise<Response> => fetch(`${url}/api/study`, { headers: { cookie } });
  expect(await (await study()).text()).toBe("the.reader");
  const leave = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${url}/api/logout`, { method: "POST", headers: { cookie, ...headers } });
  expect((await leave({})).status).toBe(403);
  expect((await leave({ "x-overread-csrf": csrf })).status).toBe(204);
  expect((await study()).status).toBe(401);
});

test("the chain of all that these tests wrote is whole", async () => {
  expect(await new AuditLog(database).verify()).toMatchObject({ kind: "whole" });
});

test("who may not is turned away before what they sent is looked at", async () => {
  const status = async (browser?: Browser): Promise<number> => (await ask("PUT", "/api/checked", browser)).statusCode;
  expect([await status(), await status(await signIn("researcher")), await status(await signIn("reader"))]).toEqual([401, 403, 400]);
});

test("the many requests of one look at a study are one line of the audit log, another account's and a look after 10 min another", async () => {
  const [reader, technician] = [await signIn("reader"), await signIn("technician")];
  const look = (browser: Browser) => ask("GET", "/api/frame", browser);
  const views = async () => (await lastEvents(6)).flatMap((event) => ((event as string[])[0] === "viewed" ? [(event as string[])[1]] : []));
  await Promise.all([look(reader), look(reader), look(reader)]);
  nowMs += 9 * minuteMs;
  expect((await look(reader)).body).toBe("frame");
  await look(technician);
  expect(await views()).toEqual(["the.technician", "the.reader"]);
  nowMs += minuteMs;
  await look(reader);
  expect(await views()).toEqual(["the.reader", "the.technician", "the.reader"]);
});
