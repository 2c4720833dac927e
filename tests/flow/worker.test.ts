import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudyDetail, WorklistRow } from "../../src/api/study.ts";
import { programArguments } from "../../src/main/program-arguments.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { type BucketServer, bucketCredentials, startBucket } from "../bucket-server.ts";
import { type PostgresqlServer, startPostgresql, withoutPostgresql } from "../store-servers.ts";
import { type RunningServer, startServer } from "./server.ts";
import { smallChest, writeChest } from "./small-chest.ts";

/** A reading takes seconds on an idle machine, and much longer beside other tests. */
const readingMs = 600_000;
const hasStorescu = existsSync("/usr/bin/storescu") || process.env.CI === "true";

describe.skipIf(withoutPostgresql || !hasStorescu)("workers that share a PostgreSQL and a bucket with a server, and no folder", () => {
  const root = mkdtempSync(join(tmpdir(), "overread-worker-"));
  const running: ChildProcess[] = [];
  let postgresql: PostgresqlServer;
  let bucket: BucketServer;
  let shared: Readonly<Record<string, string>>;
  let server: RunningServer;

  const freshUrl = async (): Promise<string> => {
    const place = await postgresql.fresh();
    return place.kind === "postgresql" ? place.url : "";
  };
  beforeAll(async () => {
    postgresql = await startPostgresql();
    bucket = await startBucket();
    shared = {
      ...bucketCredentials,
      DATABASE_URL: await freshUrl(),
      OVERREAD_PIXELS: `s3://${bucket.bucket}/site`,
      OVERREAD_S3_ENDPOINT: bucket.endpoint,
      OVERREAD_S3_PATH_STYLE: "yes",
      OVERREAD_DEMO: "no",
      OVERREAD_READERS: "0",
    };
    server = await startServer(join(root, "server"), shared);
    await server.signIn("correct horse battery staple 9");
  });
  afterAll(async () => {
    for (const child of running) child.kill("SIGKILL");
    await server.kill("SIGKILL");
    await bucket.close();
    await postgresql.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** A worker with a data folder of its own. @returns its process, the folder, and what it says until it reads or ends */
  const startWorker = async (name: string, settings: Readonly<Record<string, string>> = {}) => {
    const data = join(root, name);
    const env = { ...process.env, ...shared, OVERREAD_DATA: data, ...settings };
    const child = spawn(process.execPath, [...programArguments, "worker"], { env, stdio: ["ignore", "pipe", "pipe"] });
    running.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    const closed = once(child, "close");
    while (!said.includes("worker-started") && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
    return { child, data, said: () => said, closed };
  };
  const send = (files: readonly string[]) =>
    promisify(execFile)("storescu", ["-aec", "OVERREAD", "127.0.0.1", String(server.dicomPort), ...files]);
  const rows = async (): Promise<WorklistRow[]> => {
    const answer = await server.ask("/api/studies");
    // A database that a busy machine keeps from answering counts as away.
    if (answer.status === 503) return rows();
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()} ${server.said()}`);
    return (await answer.json()) as WorklistRow[];
  };
  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 200));
  };

  test(
    "a study that comes to the server is read by a worker; when that one is killed the other reads it, and the server shows the result",
    async () => {
      const workers = [await startWorker("one"), await startWorker("other")];
      const files = writeChest(join(root, "chest"), await smallChest());
      await send(files);
      const hasImages = ({ data }: (typeof workers)[number]) => readdirSync(join(data, "lent"), { recursive: true }).length > files.length;
      await until(() => workers.some(hasImages));
      for (const { child } of workers.filter(hasImages)) child.kill("SIGKILL");
      const [left] = workers.filter(({ child }) => !child.killed);
      await until(async () => (await rows()).every(({ state }) => state === "read"));
      expect(await rows()).toMatchObject([{ patient: { id: "SECRET-ID" }, revision: 1, because: [] }]);
      const path = `/api/studies/${(await rows())[0]?.studyInstanceUid}`;
      const { result } = await server.json<StudyDetail>(path);
      expect(result?.status).toBe("unconfirmed");
      expect(result?.analyses[0]?.findings.length).toBeGreaterThan(0);
      const report = (await server.json<string[]>(`${path}/files`)).find((name) => name.endsWith(".pdf"));
      expect((await (await server.ask(`${path}/files/${report}`)).text()).slice(0, 5)).toBe("%PDF-");
      expect(readdirSync(join(root, "server"))).not.toContain("pixels");
      expect(readdirSync(join(left?.data ?? "", "lent"))).toEqual([]);
      expect(workers.map(({ said }) => said()).join("") + server.said()).not.toMatch(/secret|S3RVER/i);
      left?.child.kill("SIGTERM");
      await left?.closed;
      expect(left?.child.exitCode).toBe(0);
    },
    readingMs,
  );

  test("while the bucket is away the server says that it is not ready, takes nothing in, and goes on when it is back", async () => {
    const ready = async () => {
      const answer = await server.ask("/ready");
      return [answer.status, await answer.json()];
    };
    expect(await ready()).toEqual([200, { ready: true, because: [] }]);
    const files = writeChest(join(root, "late"), await smallChest(), { uidParts: ["late"], patientId: "SECRET-2" }).slice(0, 2);
    await bucket.stop();
    expect(await ready()).toEqual([503, { ready: false, because: ["store.bucket-gone"] }]);
    await expect(send(files)).rejects.toThrow();
    expect(await rows()).toHaveLength(1);
    await bucket.start();
    expect(await ready()).toEqual([200, { ready: true, because: [] }]);
    await send(files);
    expect(await rows()).toHaveLength(2);
  });

  test("a worker without a bucket says which folder it must share with the server", async () => {
    const { child, data, said, closed } = await startWorker("sharing", {
      OVERREAD_PIXELS: undefined as never,
      DATABASE_URL: await freshUrl(),
    });
    await until(() => said().includes(`${join(data, "pixels")}: it must be the same folder`));
    child.kill("SIGTERM");
    await closed;
    expect(child.exitCode).toBe(0);
  });

  test("a worker refuses a bucket that is not there, and a database of a newer version, with a sentence", async () => {
    const lost = await startWorker("lost", { OVERREAD_PIXELS: "s3://absent" });
    await lost.closed;
    expect([lost.child.exitCode, lost.said()]).toEqual([1, expect.stringContaining("The bucket of images refuses (NoSuchBucket)")]);
    const url = await freshUrl();
    const database = await openDatabase({ kind: "postgresql", url });
    await migrate(database);
    await database.query("insert into schema_version (version) values (999)");
    await database.close();
    const old = await startWorker("old", { DATABASE_URL: url });
    await old.closed;
    expect([old.child.exitCode, old.said()]).toEqual([1, expect.stringContaining("written by a newer version of Overread (schema 999")]);
  });
});
