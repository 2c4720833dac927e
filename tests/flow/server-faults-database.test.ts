import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudyDetail } from "../../src/api/study.ts";
import { type PostgresqlServer, startPostgresql, withoutPostgresql } from "../store-servers.ts";
import { ended, startSleepingWorker } from "./random-kills.ts";
import { sendOnce } from "./send-once.ts";
import { type RunningServer, startServer } from "./server.ts";
import { type StudyToSend, smallStudy } from "./slept-study.ts";

const root = mkdtempSync(join(tmpdir(), "overread-faults-"));
const data = join(root, "data");
let postgresql: PostgresqlServer;
let server: RunningServer;
let worker: ChildProcess;
const before = smallStudy("before");

async function untilRead({ studyInstanceUid }: StudyToSend): Promise<StudyDetail> {
  for (;;) {
    const detail = await server.json<StudyDetail>(`/api/studies/${studyInstanceUid}`);
    if (detail.study?.state === "read") return detail;
    await sleep(300);
  }
}

/** A path as it is written, without the clean-up that fetch gives it. */
const statusOf = (path: string, cookie: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const asking = request({ port: new URL(server.url).port, host: "127.0.0.1", path, headers: { cookie } }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    asking.on("error", reject).end();
  });

describe.skipIf(withoutPostgresql)("a server on PostgreSQL", () => {
  beforeAll(async () => {
    postgresql = await startPostgresql();
    const place = await postgresql.fresh();
    if (place.kind !== "postgresql") throw new RangeError("PostgreSQL is missing");
    server = await startServer(data, { DATABASE_URL: place.url, OVERREAD_READERS: "0", OVERREAD_DEMO: "no" });
    worker = await startSleepingWorker({ data, databaseUrl: place.url });
    await server.signIn("correct horse battery staple 9");
    await sendOnce(before, server.dicomPort);
    await untilRead(before);
  }, 240_000);
  afterAll(async () => {
    await server?.kill("SIGKILL");
    if (worker !== undefined) await ended(worker, "SIGKILL");
    await postgresql?.close();
    rmSync(root, { recursive: true, force: true });
  });

  test("no path leads out of a study's result or out of DICOMweb's studies", async () => {
    const cookie = server.cookie();
    const files = `/api/studies/${before.studyInstanceUid}/files`;
    expect(await statusOf(`${files}/findings.json`, cookie)).toBe(200);
    const inside = `${before.studyInstanceUid}/1/findings.json`;
    for (const name of [
      `../1/findings.json`,
      `../../${inside}`,
      "./findings.json",
      "/findings.json",
      "findings.json\0",
      "../../../../etc/passwd",
    ])
      for (const path of [name, encodeURIComponent(name), name.replaceAll("/", "%2F").replaceAll(".", "%2e"), name.replaceAll("/", "\\")])
        expect([400, 404], path).toContain(await statusOf(`${files}/${path.replaceAll("\0", "%00")}`, cookie));
    for (const uid of ["..%2f..%2fdatabase", "%2e%2e", "1.2%2f..%2f1.2", "1.2%00", "1".repeat(70)])
      for (const path of [`${uid}/metadata`, `1.2/series/${uid}/metadata`, `1.2/series/1.3/instances/${uid}`])
        expect([400, 404], path).toContain(await statusOf(`/dicom-web/studies/${path}`, cookie));
  });

  test("JSON that is none, is too deep, or means something else is refused as such, and nothing of it is an error of the server's", async () => {
    const verdicts = `/api/studies/${before.studyInstanceUid}/verdicts`;
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const bodies = [
      "",
      "{",
      "[1,2",
      "nul",
      '"text"',
      "[]",
      "null",
      '{"trackingUid":1}',
      '{"__proto__":{"says":"rejected"}}',
      deep,
      "\0",
      "\ufffe{}",
    ];
    for (const path of ["/api/login", verdicts, "/api/accounts"])
      for (const body of bodies) {
        const answer = await server.ask(path, { method: "POST", body, headers: { "content-type": "application/json" } });
        expect(answer.status, `${path} ${body.slice(0, 40)}`).toBeGreaterThanOrEqual(400);
        expect(answer.status, `${path} ${body.slice(0, 40)}`).toBeLessThan(500);
        expect(answer.headers.get("content-type")).toMatch(/problem\+json/);
      }
    for (const body of ["", "--", "--bb", "--bb\r\n\r\n--bb", "--bb--", `--bb\r\n${"X: y\r\n".repeat(10_000)}`]) {
      const headers = { "content-type": 'multipart/related; type="application/dicom"; boundary=bb' };
      expect((await server.ask("/dicom-web/studies", { method: "POST", body, headers })).status, body.slice(0, 20)).toBe(400);
    }
    expect(server.said()).not.toMatch(/"event":"error"/);
  });

  test("a body of JSON that is announced to be huge is refused before it is sent", async () => {
    const socket = connect({ port: Number(new URL(server.url).port), host: "127.0.0.1" });
    let answer = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
    });
    socket.write("POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{");
    await expect.poll(() => answer, { timeout: 10_000 }).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });

  test("while the database is gone for 30 seconds nothing is said to be stored that is not, and then all goes on without a restart", async () => {
    await postgresql.stop();
    const goneAt = performance.now();
    const during = smallStudy("during");
    const { stored, statuses } = await sendOnce(during, server.dicomPort);
    expect(stored).toEqual([]);
    expect(new Set(statuses)).toEqual(new Set([0xa700]));
    const type = 'multipart/related; type="application/dicom"; boundary=bb';
    const posted = await server.ask("/dicom-web/studies", { method: "POST", body: "--bb--", headers: { "content-type": type } });
    expect(posted.status).toBe(503);
    expect((await server.ask("/api/studies")).status).toBe(503);
    expect((await server.ask("/ready")).status).toBe(503);
    expect((await server.ask("/live")).status).toBe(200);
    await sleep(Math.max(0, 30_000 - (performance.now() - goneAt)));
    expect((await sendOnce(during, server.dicomPort)).stored).toEqual([]);
    await postgresql.start();

    await expect.poll(async () => (await server.ask("/ready")).status, { timeout: 60_000, interval: 500 }).toBe(200);
    expect((await sendOnce(during, server.dicomPort)).stored).toHaveLength(during.objects.length);
    expect((await untilRead(during)).result?.intake[0]?.values).toEqual({ images: during.objects.length });
    expect((await untilRead(before)).result?.intake[0]?.values).toEqual({ images: before.objects.length });
  }, 240_000);
});
