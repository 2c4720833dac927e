import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("./s3rver.ts", import.meta.url));

/** A bucket on an S3 server of its own, which can go away and come back with what it kept. */
export interface BucketServer {
  readonly bucket: string;
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What the S3 server takes; the client finds it in the environment. */
export const bucketCredentials = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" } as const;

export async function startBucket(): Promise<BucketServer> {
  const folder = mkdtempSync(join(tmpdir(), "overread-s3-"));
  const bucket = "overread-test";
  let port = 0;
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const execArgv = ["--disable-warning=ExperimentalWarning", "--disable-warning=DeprecationWarning", "--openssl-legacy-provider"];
    server = fork(program, [folder, bucket, String(port)], { execArgv });
    [port] = await once(server, "message");
  };
  const stop = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGKILL");
    await once(server, "exit");
  };
  await start();
  return {
    bucket,
    endpoint: `http://127.0.0.1:${port}`,
    start,
    stop,
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
