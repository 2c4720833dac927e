import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { WorklistRow } from "../../src/api/study.ts";
import { Fault } from "../../src/base/fault.ts";
import { backup } from "../../src/main/backup.ts";
import { move } from "../../src/main/move.ts";
import { programArguments } from "../../src/main/program-arguments.ts";
import { restore } from "../../src/main/restore.ts";
import type { Database } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { PixelFolder } from "../../src/store/pixel-folder.ts";
import { type BucketServer, bucketCredentials, startBucket } from "../bucket-server.ts";
import { allRows, fill, filledInstances } from "../filled-database.ts";
import { type PostgresqlServer, startPostgresql, withoutPostgresql } from "../store-servers.ts";
import { type RunningServer, startServer } from "./server.ts";
import { smallChest, writeChest } from "./small-chest.ts";

/** A command takes seconds on an idle machine, and much longer beside other tests. */
const commandsMs = 600_000;
const waitMs = 120_000;
const root = mkdtempSync(join(tmpdir(), "overread-keep-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly said: string;
}
type Command = (signal: AbortSignal) => Promise<number>;

/** Runs a command in this process with settings. */
async function run(command: Command, settings: Readonly<Record<string, string>>): Promise<Ran> {
  const said: unknown[] = [];
  const before = { ...process.env };
  const log = vi.spyOn(console, "log").mockImplementation((line) => void said.push(line));
  Object.assign(process.env, settings);
  try {
    const code = await command(new AbortController().signal);
    return { code, said: said.join("\n") };
  } catch (error) {
    if (error instanceof Fault) return { code: -1, said: error.code };
    throw error;
  } finally {
    log.mockRestore();
    process.env = before;
  }
}
const backUp =
  (out: string, pixels: boolean): Command =>
  (signal) =>
    backup({ command: "backup", out, pixels, language: "en" }, signal);
const restoreFrom =
  (path: string): Command =>
  (signal) =>
    restore({ command: "restore", path, language: "en" }, signal);

const placeIn = (data: string) => ({ kind: "embedded", folder: join(data, "database") }) as const;
async function looked<Result>(data: string, look: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase(placeIn(data));
  return look(database).finally(database.close);
}

/** All rows, but what the command itself wrote into the audit log. */
const rowsBut = async (database: Database): Promise<unknown> => {
  const { audit, ...others } = await allRows(database);
  return others;
};

describe("an installation", { timeout: commandsMs }, () => {
  const data = join(root, "first");
  const file = join(root, "backup.tar");
  let before: unknown;
  let server: PostgresqlServer;
  let bucket: BucketServer;
  let url: string;
  let settings: Record<string, string>;
  beforeAll(async () => {
    await looked(data, async (database) => {
      await fill(database);
      before = await rowsBut(database);
    });
    const pixels = await PixelFolder.open(join(data, "pixels"), { sync: false });
    const stream = async function* (text: string) {
      yield Buffer.from(text);
    };
    for (let n = 1; n <= filledInstances; n++) await pixels.put(`studies/1.1/${n}`, stream(`image ${n}`));
    await pixels.put("quarantine/1", stream("odd"));
    await pixels.put("results/1.1/1/report.html", stream("report"));
    if (withoutPostgresql) return;
    server = await startPostgresql();
    bucket = await startBucket();
    const place = await server.fresh();
    url = place.kind === "postgresql" ? place.url : "";
    settings = {
      OVERREAD_DATA: data,
      DATABASE_URL: url,
      OVERREAD_PIXELS: `s3://${bucket.bucket}/site`,
      OVERREAD_S3_ENDPOINT: bucket.endpoint,
      OVERREAD_S3_PATH_STYLE: "yes",
      ...bucketCredentials,
    };
  }, commandsMs);
  afterAll(async () => {
    await server?.close();
    await bucket?.close();
  });

  test("that is backed up, destroyed and restored gives the same answers", async () => {
    const backedUp = await run(backUp(file, true), { OVERREAD_DATA: data });
    expect(backedUp).toMatchObject({ code: 0 });
    expect(backedUp.said).toContain(`1 study, ${filledInstances} images, 7 verdicts, 1 account`);
    const files = readdirSync(join(data, "pixels"), { recursive: true });
    rmSync(data, { recursive: true });
    const restored = await run(restoreFrom(file), { OVERREAD_DATA: data });
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.said).toContain(`Files restored: ${filledInstances + 2}.`);
    expect(restored.said).toMatch(/The audit log is whole/);
    expect(await looked(data, rowsBut)).toEqual(before);
    expect(readdirSync(join(data, "pixels"), { recursive: true }).sort()).toEqual(files.sort());
    expect(
      await looked(data, ({ query }) => query("select event->>'because' as because from audit order by sequence desc limit 1")),
    ).toEqual([{ because: "restored" }]);
  });

  test("is not restored over, and not backed up while a server runs or where there is none", async () => {
    const over = await run(restoreFrom(file), { OVERREAD_DATA: data });
    expect(over).toMatchObject({ code: -1, said: "store.not-empty" });
    expect(await looked(data, rowsBut)).toEqual(before);
    const busy = await looked(data, () => run(backUp(join(root, "none.tar"), false), { OVERREAD_DATA: data }));
    expect(busy).toMatchObject({ code: -1, said: "store.folder-in-use" });
    const none = await run(backUp(join(root, "none.tar"), false), { OVERREAD_DATA: join(root, "nowhere") });
    expect(none).toMatchObject({ code: -1, said: "store.nothing-here" });
    expect(existsSync(join(root, "none.tar"))).toBe(false);
    expect(existsSync(join(root, "nowhere"))).toBe(false);
  });

  test("moves nowhere without DATABASE_URL", async () => {
    expect(await run(move, { OVERREAD_DATA: data })).toMatchObject({ code: -1, said: "cli.move-needs-database" });
  });

  const onServer = async <Result>(look: (database: Database) => Promise<Result>): Promise<Result> => {
    const database = await openDatabase({ kind: "postgresql", url });
    return look(database).finally(database.close);
  };

  test.skipIf(withoutPostgresql)("moves as a whole, once, and stays where it was", async () => {
    const moved = await run(move, settings);
    expect(moved).toMatchObject({ code: 0 });
    expect(moved.said).toContain(`Files copied to the bucket: ${filledInstances + 2}.`);
    expect(moved.said).toMatch(/The audit log is whole/);
    expect(await onServer(rowsBut)).toEqual(before);
    expect(await looked(data, rowsBut)).toEqual(before);
    const again = await run(move, settings);
    expect(again).toMatchObject({ code: -1, said: "store.not-empty" });
  });

  test.skipIf(withoutPostgresql)("goes back from there by a backup without images into an embedded database", async () => {
    const back = join(root, "back.tar");
    expect(await run(backUp(back, false), settings)).toMatchObject({ code: 0, said: expect.stringContaining("--pixels") });
    const other = join(root, "other");
    expect(await run(restoreFrom(back), { OVERREAD_DATA: other })).toMatchObject({ code: 0 });
    expect(await looked(other, rowsBut)).toEqual(before);
  });

  test.skipIf(withoutPostgresql)("that ends in the middle leaves an empty database, and moves at the next try", async () => {
    const place = await server.fresh();
    const next = { ...settings, DATABASE_URL: place.kind === "postgresql" ? place.url : "" };
    url = next.DATABASE_URL;
    await looked(data, ({ query }) =>
      query(`insert into verdict (study_uid, account, said_at, body) select '1.1', 'ann', now(), '{}' from generate_series(1, 20000)`),
    );
    const child = spawn(process.execPath, [...programArguments, "move"], { env: { ...process.env, ...next }, stdio: "ignore" });
    const ended = once(child, "exit");
    const writing = ({ query }: Database) =>
      query(
        "select from pg_stat_activity where state <> 'idle' and query like 'insert into \"verdict\"%' and datname = current_database()",
      );
    await expect.poll(async () => (await onServer(writing)).length, { timeout: waitMs, interval: 5 }).toBeGreaterThan(0);
    child.kill("SIGKILL");
    await ended;
    await expect
      .poll(() => onServer(({ query }) => query("select from pg_locks where relation = 'study'::regclass")), { timeout: waitMs })
      .toEqual([]);
    expect(Object.values(await onServer(allRows)).flat()).toEqual([]);
    expect(await run(move, next)).toMatchObject({ code: 0, said: expect.stringContaining("20007 verdicts") });
  });
});

describe.skipIf(!existsSync("/usr/bin/storescu") && process.env.CI !== "true")(
  "a server that keeps images for a while",
  { timeout: commandsMs },
  () => {
    const data = join(root, "kept");
    const inbox = join(root, "inbox");
    const password = "correct horse battery staple 9";
    const settings = { OVERREAD_DEMO: "no", OVERREAD_READERS: "0", OVERREAD_INBOX: inbox };
    let server: RunningServer | undefined;
    let files: string[];
    beforeAll(async () => {
      files = writeChest(join(root, "chest"), await smallChest());
    });
    afterEach(() => server?.kill("SIGKILL"));

    const started = async (more: Record<string, string>): Promise<RunningServer> => {
      server = await startServer(data, { ...settings, ...more });
      await server.signIn(password);
      return server;
    };
    const storescu = ({ dicomPort }: RunningServer, ...paths: string[]) =>
      promisify(execFile)("storescu", ["-v", "-aec", "OVERREAD", "-aet", "CT1", "127.0.0.1", String(dicomPort), ...paths]);
    const row = async ({ json }: RunningServer): Promise<WorklistRow | undefined> => (await json<WorklistRow[]>("/api/studies"))[0];

    test("takes in no more than the quota while nothing may be removed, and says so over DICOM, DICOMweb and to whoever runs it", async () => {
      const running = await started({ OVERREAD_QUOTA_GB: "0.0005" });
      expect((await running.ask("/ready")).status).toBe(200);
      const sent = await storescu(running, ...files).catch((error: { stdout: string; stderr: string }) => error);
      expect(sent.stdout + sent.stderr).toMatch(/Refused: OutOfResources/i);
      const ready = await running.ask("/ready");
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({ because: ["output.quota-reached"] });
      const body = Buffer.concat([
        Buffer.from("--b\r\nContent-Type: application/dicom\r\n\r\n"),
        readFileSync(files[0] ?? ""),
        Buffer.from("\r\n--b--\r\n"),
      ]);
      const stow = await running.ask("/dicom-web/studies", {
        method: "POST",
        body,
        headers: { "content-type": 'multipart/related; type="application/dicom"; boundary=b', accept: "application/dicom+json" },
      });
      expect(stow.status).toBe(503);
      expect(await stow.json()).toMatchObject({ "00081198": { Value: [{ "00081197": { Value: [0xa700] } }] } });
      expect((await running.json<unknown[]>("/dicom-web/instances")).length).toBeGreaterThan(0);
      await running.kill("SIGTERM");
    });

    test("removes images that are older than it keeps them, and takes them in again", async () => {
      await looked(data, ({ query }) =>
        query(
          "update study set state = 'unread', last_received_at = now() - interval '40 days'; update instance set received_at = now() - interval '40 days'",
        ),
      );
      const running = await started({ OVERREAD_KEEP_DAYS: "30" });
      await expect.poll(async () => (await row(running))?.imagesRemovedAt, { timeout: waitMs }).toEqual(expect.any(String));
      const { studyInstanceUid = "" } = (await row(running)) ?? {};
      const gone = await running.ask(`/dicom-web/studies/${studyInstanceUid}`);
      expect(gone.status).toBe(410);
      expect(await gone.json()).toMatchObject({ title: expect.stringMatching(/removed on \d{4}-\d\d-\d\d/) });
      expect((await running.ask(`/api/studies/${studyInstanceUid}/read-again`, { method: "POST" })).status).toBe(409);
      await expect.poll(() => readdirSync(join(data, "pixels", "studies", studyInstanceUid))).toEqual([]);
      const audit = await running.json<{ event: { what: string; about: object; because?: string } }[]>("/api/audit?limit=1000");
      expect(audit.map(({ event }) => event)).toContainEqual(
        expect.objectContaining({ what: "removed", about: { studyInstanceUid }, because: "keep-days" }),
      );
      const [first = ""] = files;
      writeFileSync(join(inbox, "again.dcm"), readFileSync(first));
      await expect.poll(async () => row(running), { timeout: waitMs }).toMatchObject({ imagesRemovedAt: null, revision: 2 });
      expect((await running.ask(`/dicom-web/studies/${studyInstanceUid}`)).status).toBe(200);
      await running.kill("SIGTERM");
    });
  },
);
