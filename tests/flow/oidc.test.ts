import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser, freePort, startProvider, type TestProvider } from "../identity-provider.ts";
import { type RunningServer, startServer } from "./server.ts";

const root = mkdtempSync(join(tmpdir(), "overread-oidc-"));
let provider: TestProvider;
let settings: Readonly<Record<string, string>>;
let server: RunningServer;

beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  provider = await startProvider(`${publicUrl}/api/oidc/callback`);
  const secretFile = join(root, "secret");
  writeFileSync(secretFile, `${provider.clientSecret}\n`);
  settings = {
    OVERREAD_DEMO: "no",
    OVERREAD_READERS: "0",
    OVERREAD_PORT: String(port),
    OVERREAD_PUBLIC_URL: publicUrl,
    OVERREAD_OIDC_ISSUER: provider.issuer,
    OVERREAD_OIDC_CLIENT_ID: provider.clientId,
    OVERREAD_OIDC_CLIENT_SECRET_FILE: secretFile,
    OVERREAD_OIDC_ROLES: "radiology=reader,it=administrator",
  };
  server = await startServer(join(root, "data"), settings);
}, 300_000);
afterAll(async () => {
  await server.kill("SIGKILL");
  await provider.away();
  rmSync(root, { recursive: true, force: true });
});

test("somebody of the organisation signs in, sees the list, and proves it again to sign", async () => {
  provider.people.set("7f3e", { preferred_username: "asa", roles: ["radiology"] });
  const browser = new Browser();
  const start = /href="([^"]+\/api\/oidc\/start)"/.exec(await (await browser.go(`${server.url}/`)).answer.text())?.[1] ?? "";
  expect(start).toBe(`${server.url}/api/oidc/start`);
  expect((await browser.prove(start, "7f3e")).answer.status).toBe(200);
  expect(await (await browser.go(`${server.url}/api/me`)).answer.json()).toMatchObject({ account: "asa", role: "reader" });
  expect((await browser.go(`${server.url}/api/studies`)).answer.status).toBe(200);
  expect((await browser.go(`${server.url}/api/audit`)).answer.status).toBe(403);
  expect((await browser.prove(`${start}?purpose=sign`, "7f3e")).answer.status).toBe(200);
});

test("the audit log of the server names who came, and no log the secret", async () => {
  await server.signIn("correct horse battery staple 9");
  const events = await server.json<{ event: { what: string; who: { name?: string }; because?: string } }[]>("/api/audit?limit=20");
  expect(events.map(({ event: { what, who, because } }) => `${what} ${who.name} ${because}`)).toEqual(
    expect.arrayContaining(["account-changed oidc created", "login asa undefined", "login asa again"]),
  );
  expect(server.said()).not.toContain(provider.clientSecret);
});

test("settings that are set half, and a secret that is not there, are refused with a sentence", async () => {
  const other: Record<string, string> = { ...settings, OVERREAD_PORT: "0" };
  const none = join(root, "none");
  const { OVERREAD_OIDC_ROLES: _, ...half } = other;
  await expect(startServer(none, half)).rejects.toThrow(/needs all of its settings or none; missing: OVERREAD_OIDC_ROLES\./);
  const secretless = { ...other, OVERREAD_OIDC_CLIENT_SECRET_FILE: join(root, "nowhere") };
  await expect(startServer(none, secretless)).rejects.toThrow(/cannot be used as they are: OVERREAD_OIDC_CLIENT_SECRET_FILE\./);
});
