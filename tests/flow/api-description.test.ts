import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Action, actions, may } from "../../src/access/policy.ts";
import { Role } from "../../src/access/role.ts";
import { type Asks, keepKnownStudy, knownStudy, signedIn } from "./known-study.ts";
import { type RunningServer, startServer } from "./server.ts";

interface Answer {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Parameters<typeof z.fromJSONSchema>[0] }>>;
}
interface Operation {
  readonly summary?: string;
  readonly "x-overread-action"?: Action | "me";
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean; readonly schema?: object }[];
  readonly responses: Readonly<Record<string, Answer>>;
}
interface Description {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const root = mkdtempSync(join(tmpdir(), "overread-api-"));
const manyRequestsMs = 300_000;
let server: RunningServer;
let description: Description;
let operations: readonly { readonly method: string; readonly path: string; readonly operation: Operation }[];

beforeAll(async () => {
  await keepKnownStudy(join(root, "data"));
  server = await startServer(join(root, "data"), { OVERREAD_READERS: "0", OVERREAD_DEMO: "no" });
  await server.signIn("correct horse battery staple 9");
  description = await server.json<Description>("/api/openapi.json");
  operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}, 600_000);
afterAll(async () => {
  await server.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

const inApi = () => operations.filter(({ path }) => path.startsWith("/api/"));
const isGuarded = ({ operation }: { operation: Operation }): boolean => operation["x-overread-action"] !== undefined;

test("the description is OpenAPI 3.1: paths, methods, parameters and answers have what the specification asks for", () => {
  expect(description).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\.\d$/),
    info: { title: "Overread", version: expect.any(String) },
  });
  for (const { method, path, operation } of operations) {
    expect(method).toMatch(/^(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE)$/);
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
    const named = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
    expect(named.map(({ name }) => name).sort(), path).toEqual(inPath.sort());
    for (const parameter of operation.parameters ?? []) {
      expect(["path", "query", "header", "cookie"]).toContain(parameter.in);
      expect(parameter.schema).toBeTypeOf("object");
      if (parameter.in === "path") expect(parameter.required).toBe(true);
    }
    expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
    for (const [status, answer] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^([1-5]\d\d|[1-5]XX|default)$/);
      expect(answer.description).toBeTypeOf("string");
      for (const { schema = {} } of Object.values(answer.content ?? {})) expect(() => z.fromJSONSchema(schema)).not.toThrow();
    }
  }
  // Nothing of 3.0, and no reference that leads nowhere.
  expect(JSON.stringify(description)).not.toMatch(/"nullable":|"\$ref":/);
});

test("each route of the API says in a few words what it does, what it answers and which errors", () => {
  expect(inApi().length).toBeGreaterThan(25);
  const summaries = inApi().map(({ operation }) => operation.summary ?? "");
  expect(new Set(summaries).size).toBe(summaries.length);
  for (const summary of summaries) expect(summary).toMatch(/^[A-Z][a-zA-Z0-9 ,.'()-]{5,79}[^.]$/);
  expect(summaries.join(" ")).not.toMatch(/diagnos|patholog|malignan|detects|cancer/i);
  for (const { path, operation, ...rest } of inApi()) {
    const statuses = Object.keys(operation.responses);
    const good = statuses.filter((status) => Number(status) < 300);
    expect(good, path).toHaveLength(1);
    const [status = ""] = good;
    if (!["202", "204"].includes(status)) expect(Object.values(operation.responses[status]?.content ?? {})[0]?.schema, path).toBeDefined();
    expect(statuses).toEqual(expect.arrayContaining(["400", "500", "503", ...(isGuarded({ operation, ...rest }) ? ["401", "403"] : [])]));
    for (const error of statuses.filter((each) => Number(each) >= 400))
      expect(Object.keys(operation.responses[error]?.content ?? {}), path).toEqual(["application/problem+json"]);
  }
});

/** The path with a UID or a name where one belongs: of nothing that is there, so that nothing is changed. */
const filled = (path: string): string => path.replaceAll(/\{(\w+|\*)\}/g, (_, name) => (name === "id" ? crypto.randomUUID() : "1.2.3"));

test(
  "nobody who is not signed in gets further than 401, on any route but those that sign in",
  async () => {
    const open = operations.filter((each) => !isGuarded(each)).map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual(["POST /api/first-password", "POST /api/login"]);
    for (const { method, path } of operations.filter(isGuarded))
      expect([method, path, (await fetch(server.url + filled(path), { method, headers: { connection: "close" } })).status]).toEqual([
        method,
        path,
        401,
      ]);
  },
  manyRequestsMs,
);

test(
  "each role gets through exactly where the policy lets it, on every route of the application and of DICOMweb",
  async () => {
    const guarded = operations.filter(isGuarded);
    expect(guarded.filter(({ path }) => path.startsWith("/dicom-web/")).length).toBeGreaterThan(15);
    for (const role of Role.options) {
      const ask: Asks = await signedIn(server, role);
      for (const { method, path, operation } of guarded) {
        const action = operation["x-overread-action"] ?? "me";
        if (path === "/api/logout") continue;
        const allowed = action === "me" || may(role, action);
        // The stream of events has no end of its own.
        const end = new AbortController();
        const { status } = await ask(filled(path), { method, signal: end.signal });
        end.abort();
        expect([role, method, path, status === 403], `${action}: ${status}`).toEqual([role, method, path, !allowed]);
      }
    }
  },
  manyRequestsMs,
);

test("a researcher gets 403 wherever the guard is not one of the researcher's own actions", () => {
  const own = operations.filter(({ operation }) => {
    const action = operation["x-overread-action"];
    return action !== undefined && action !== "me" && may("researcher", action);
  });
  expect(own.length).toBeGreaterThan(4);
  for (const { path } of own) expect(path).toMatch(/^\/api\/(pseudonymised|evaluations?)\//);
  for (const { operation } of operations.filter(isGuarded)) expect(["me", ...actions]).toContain(operation["x-overread-action"]);
});

test(
  "a live answer of each reading route is what the description says",
  async () => {
    const rows = await server.json<{ pseudonymousStudyUid: string }[]>("/api/pseudonymised/studies");
    const known: Readonly<Record<string, string>> = {
      studyInstanceUid: knownStudy,
      pseudonymousStudyUid: rows[0]?.pseudonymousStudyUid ?? "",
    };
    const checked: string[] = [];
    for (const { path, operation } of inApi().filter(({ method }) => method === "GET")) {
      const json = operation.responses["200"]?.content?.["application/json"]?.schema;
      const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? "");
      if (json === undefined || !names.every((name) => name in known)) continue;
      const answer = await server.ask(path.replaceAll(/\{(\w+)\}/g, (_, name) => known[name] ?? ""));
      expect([path, answer.status]).toEqual([path, 200]);
      const parsed = z.fromJSONSchema(json).safeParse(await answer.json());
      expect([path, parsed.error?.issues ?? []]).toEqual([path, []]);
      checked.push(path);
    }
    expect(checked).toEqual(
      expect.arrayContaining([
        "/api/studies",
        "/api/studies/{studyInstanceUid}",
        "/api/accounts",
        "/api/peers",
        "/api/jobs/dead",
        "/api/audit",
        "/api/me",
      ]),
    );
    expect(checked.filter((path) => path.startsWith("/api/pseudonymised/"))).toHaveLength(4);
  },
  manyRequestsMs,
);
