import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { storeByDimse } from "../../src/dicom/dimse/store-scu.ts";
import { programArguments } from "../../src/main/program-arguments.ts";
import type { Database } from "../../src/store/database.ts";
import { type RunningServer, startServer } from "./server.ts";
import { type StudyToSend, sleptImages } from "./slept-study.ts";
import { freePort } from "./store-peers.ts";

const sleepingWorker = fileURLToPath(new URL("./sleeping-worker.ts", import.meta.url));
const password = "correct horse battery staple 9";

/** Server and workers over one PostgreSQL and one folder, each a process that can be killed. */
export interface Site {
  readonly data: string;
  readonly databaseUrl: string;
  readonly database: Database;
}

export async function startSiteServer({ data, databaseUrl }: Site, ports: { web: number; dicom: number }): Promise<RunningServer> {
  const settings = {
    DATABASE_URL: databaseUrl,
    OVERREAD_PORT: String(ports.web),
    OVERREAD_DICOM_PORT: String(ports.dicom),
    OVERREAD_READERS: "0",
    OVERREAD_DEMO: "no",
    OVERREAD_QUIET_SECONDS: "2",
  };
  return startServer(data, settings, [process.execPath, ...programArguments]);
}

export async function startSleepingWorker({ data, databaseUrl }: Pick<Site, "data" | "databaseUrl">): Promise<ChildProcess> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, OVERREAD_DATA: data };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", sleepingWorker], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  return child;
}

export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

/** Sends a study until each of its objects is told to be stored, however often the server goes away. @returns how often an object had to be sent again */
export async function sendUntilStored({ objects }: StudyToSend, port: number): Promise<number> {
  const peer = { host: "127.0.0.1", port, calledAet: "OVERREAD", callingAet: "LOAD", tls: false };
  const signal = new AbortController().signal;
  const patience = { connectTimeoutMs: 5000, idleTimeoutMs: 30_000, retryWaitsMs: [300], signal };
  let again = 0;
  for (let left = new Set(objects); left.size > 0; again += left.size) {
    const sending = [...left];
    for await (const { object, answer } of storeByDimse(sending, peer, { ...patience, isNeeded: () => true }))
      if (answer.outcome === "stored") left.delete(object);
    left = new Set(left);
    if (left.size > 0) await sleep(300);
  }
  return again;
}

type Victim = "server" | "worker" | "child";

export interface KillPlan {
  readonly studies: readonly StudyToSend[];
  readonly workers: number;
  /** How often each is killed, in a random order. */
  readonly kills: Readonly<Record<Victim, number>>;
  /** Least and most time from one kill to the next. */
  readonly betweenMs: readonly [number, number];
  readonly seed: number;
  /** Studies that are sent at once. */
  readonly senders: number;
}

export interface KillReport {
  readonly killed: Readonly<Record<Victim, number>>;
  readonly objectsSentAgain: number;
  readonly jobsTriedAgain: number;
  /** Jobs that were killed as often as a job may fail, and run again by hand, as an operator would. */
  readonly jobsRerun: number;
  /** Files of which no row tells: their server was killed between the two, and their sender sent them again. */
  readonly filesWithoutRow: number;
  /** Studies of which an image, a file, or the result of the last revision is missing or is of other images. */
  readonly lost: readonly string[];
  /** Studies of more images than were sent or with more than one result of a revision, and studies that nobody sent. */
  readonly doubled: readonly string[];
  /** What `overread verify-audit` says; exit code 0 when the chain is whole. */
  readonly audit: { readonly code: number; readonly said: string };
  readonly seconds: number;
}

/** Sends studies to a server and has workers read them, while all of them and their children are killed at random; then tells what became of each study. */
export async function underRandomKills(site: Site, plan: KillPlan): Promise<KillReport> {
  const started = performance.now();
  const random = seededRandom(plan.seed);
  const ports = { web: await freePort(), dicom: await freePort() };
  let server = await startSiteServer(site, ports);
  await server.signIn(password);
  const workers = await Promise.all(Array.from({ length: plan.workers }, () => startSleepingWorker(site)));
  const killed = { server: 0, worker: 0, child: 0 };

  const kill: Readonly<Record<Victim, () => Promise<void>>> = {
    server: async () => {
      await server.kill("SIGKILL");
      server = await startSiteServer(site, ports);
      await server.signIn(password);
    },
    worker: async () => {
      const at = random.integer(workers.length);
      const worker = workers[at];
      if (worker !== undefined) await ended(worker, "SIGKILL");
      workers[at] = await startSleepingWorker(site);
    },
    child: async () => {
      const child = (await someChild()) ?? (await someChild());
      if (child === null) throw new RangeError("no child is there to be killed");
      process.kill(child, "SIGKILL");
    },
  };
  /** A compute child that has run for a random while, from a moment on; null when it ended meanwhile. */
  const someChild = async (): Promise<number | null> => {
    const running = (): number[] => workers.flatMap(({ pid }) => childrenOf(pid));
    for (let tries = 0; tries < 1200 && running().length === 0; tries++) await sleep(100);
    const [child] = running();
    await sleep(random.uniform() * 1000);
    return child !== undefined && running().includes(child) ? child : null;
  };
  const killInTurn = async (victims: Victim[], betweenMs: readonly [number, number]): Promise<void> => {
    while (victims.length > 0) {
      await sleep(betweenMs[0] + random.uniform() * (betweenMs[1] - betweenMs[0]));
      const [victim] = victims.splice(random.integer(victims.length), 1);
      if (victim === undefined) continue;
      await kill[victim]();
      killed[victim] += 1;
    }
  };
  const times = (victim: Victim): Victim[] => Array.from({ length: plan.kills[victim] }, () => victim);
  // Children are there only at times: they are waited for apart from the others.
  const killing = [killInTurn([...times("server"), ...times("worker")], plan.betweenMs), killInTurn(times("child"), [0, 0])];

  const waiting = [...plan.studies];
  let objectsSentAgain = 0;
  const sender = async (): Promise<void> => {
    for (let study = waiting.shift(); study !== undefined; study = waiting.shift())
      objectsSentAgain += await sendUntilStored(study, ports.dicom);
  };
  try {
    await Promise.all([...killing, ...Array.from({ length: plan.senders }, sender)]);
    const jobsRerun = await whenAllAreRead(site, plan.studies.length, () => server);
    await server.kill("SIGTERM");
    for (const worker of workers) await ended(worker, "SIGTERM");
    return {
      killed,
      objectsSentAgain,
      jobsRerun,
      ...(await verified(site, plan.studies)),
      seconds: Math.round((performance.now() - started) / 1000),
    };
  } finally {
    await server.kill("SIGKILL");
    for (const worker of workers) await ended(worker, "SIGKILL");
  }
}

/** The compute children of a worker. */
function childrenOf(pid: number | undefined): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Waits until every study is read, or unread with a reason; jobs that are dead are run again. @returns how many were */
async function whenAllAreRead({ database }: Site, studies: number, server: () => RunningServer): Promise<number> {
  let rerun = 0;
  for (;;) {
    const [row] = await database.query<{ read: number }>("select count(*) as read from study where state in ('read', 'unread')");
    if (row?.read === studies) return rerun;
    for (const { id } of await server().json<{ id: string }[]>("/api/jobs/dead")) {
      const { status } = await server().ask(`/api/jobs/${id}/rerun`, { method: "POST" });
      if (status < 300) rerun += 1;
    }
    await sleep(1000);
  }
}

type Verified = Pick<KillReport, "lost" | "doubled" | "audit" | "jobsTriedAgain" | "filesWithoutRow">;

async function verified({ data, databaseUrl, database }: Site, sent: readonly StudyToSend[]): Promise<Verified> {
  interface Row {
    readonly study: string;
    readonly state: string;
    readonly keys: readonly string[];
    readonly results: number;
    readonly result: { readonly study: { readonly studyInstanceUid: string }; readonly intake: { values: { images?: number } }[] } | null;
  }
  const rows = await database.query<Row>(`select study_uid as study, state, r.findings as result,
    (select json_agg(pixel_key) from instance i where i.study_uid = s.study_uid) as keys,
    (select count(*) from result each where each.study_uid = s.study_uid and each.revision = s.revision) as results
    from study s left join result r using (study_uid, revision)`);
  const pixels = join(data, "pixels");
  const byUid = new Map(rows.map((row) => [row.study, row]));
  const isWhole = ({ studyInstanceUid, objects }: StudyToSend): boolean => {
    const row = byUid.get(studyInstanceUid);
    if (row === undefined || row.keys.length < objects.length) return false;
    if (row.state === "read" && row.result?.study.studyInstanceUid !== studyInstanceUid) return false;
    if (objects.length <= sleptImages && row.result?.intake[0]?.values.images !== objects.length) return false;
    return row.keys.every((key) => existsSync(join(pixels, key)));
  };
  const wanted = new Map(sent.map(({ studyInstanceUid, objects }) => [studyInstanceUid, objects.length]));
  const [again] = await database.query<{ tries: number }>("select coalesce(sum(retry_count), 0) as tries from pgboss.job");
  const files = readdirSync(join(pixels, "studies"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const run = promisify(execFile)(process.execPath, [...programArguments, "verify-audit"], {
    env: { ...process.env, OVERREAD_DATA: data, DATABASE_URL: databaseUrl },
  });
  const audit = await run.then(
    ({ stdout }) => ({ code: 0, said: stdout.trim() }),
    (error: { code: number; stdout: string }) => ({ code: error.code, said: error.stdout.trim() }),
  );
  return {
    lost: sent.filter((study) => !isWhole(study)).map(({ studyInstanceUid }) => studyInstanceUid),
    doubled: rows.filter(({ study, keys, results }) => results > 1 || keys.length > (wanted.get(study) ?? 0)).map(({ study }) => study),
    jobsTriedAgain: again?.tries ?? 0,
    filesWithoutRow: files.length - rows.reduce((sum, { keys }) => sum + keys.length, 0),
    audit,
  };
}
