import { type ChildProcess, spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import { Fault } from "../base/fault.ts";
import type { Reason } from "../base/reason.ts";
import { ReadResult } from "../findings/read-result.ts";
import { SaidReason } from "../findings/reason.ts";
import type { Computed, ComputeOutcome } from "../workflow/read-job.ts";
import { priorMissingSetting } from "./prior-missing.ts";
import { programArguments } from "./program-arguments.ts";

export interface ChildLimits {
  readonly timeLimitMs: number;
  readonly memoryLimitMb: number;
}

/** How often the parent looks at its child's memory: typed arrays obey no --max-old-space-size. */
const pollMs = 250;

const ChildProgress = z.object({ stage: z.string(), fraction: z.number() });
const ChildLines = z.object({ studies: z.array(z.object({ path: z.string(), reasons: z.array(SaidReason) })) });

/**
 * `overread read` in a process of its own: files in, files out. It never sees the database, and ends with its parent, as its channel closes.
 * @throws Fault job.memory-limit, job.time-limit, job.child-died; the signal's reason when aborted
 */
export async function computeChild<Used>(
  {
    study,
    prior,
    analyses,
  }: { readonly study: string; readonly prior: string | Reason | null; readonly analyses: readonly string[] | null },
  use: (outcome: ComputeOutcome) => Promise<Used>,
  { timeLimitMs, memoryLimitMb }: ChildLimits,
  language: "en" | "zh",
  progress: (stage: string, fraction: number) => void,
  signal: AbortSignal,
): Promise<Used> {
  const out = await mkdtemp(join(tmpdir(), "overread-read-"));
  try {
    signal.throwIfAborted();
    const args = [...programArguments, "read", study, "--out", out, "--json", "--lang", language];
    if (typeof prior === "string") args.push("--prior", prior);
    if (analyses !== null) args.push("--analysis", analyses.join(","));
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "ignore", "ipc"],
      env: {
        ...harmless(process.env),
        OVERREAD_PROGRESS: "ipc",
        [priorMissingSetting]: JSON.stringify(typeof prior === "string" ? null : prior),
      },
    });
    child.on("message", (message) => {
      const said = ChildProgress.safeParse(message);
      if (said.success) progress(said.data.stage, said.data.fraction);
    });
    const stdout = await ended(child, { timeLimitMs, memoryLimitMb }, signal);
    return await use(await outcomeIn(out, stdout));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Waits for the end of the child, within its limits. @returns what it printed */
async function ended(child: ChildProcess, { timeLimitMs, memoryLimitMb }: ChildLimits, signal: AbortSignal): Promise<string> {
  const end = Promise.withResolvers<number | null>();
  let because: unknown = null;
  const kill = (why: unknown): void => {
    because ??= why;
    child.kill("SIGKILL");
  };
  const stop = (): void => kill(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const late = setTimeout(() => kill(new Fault("job.time-limit", { minutes: timeLimitMs / 60_000 })), timeLimitMs);
  const poll = setInterval(() => {
    void residentMb(child.pid).then((mb) => {
      if (mb !== null && mb > memoryLimitMb) kill(new Fault("job.memory-limit", { megabytes: memoryLimitMb }));
    });
  }, pollMs);
  const printed: Buffer[] = [];
  child.stdout?.on("data", (bytes: Buffer) => printed.push(bytes));
  child.on("error", (error) => {
    because ??= error;
    end.resolve(null);
  });
  child.on("close", (code) => end.resolve(code));
  try {
    const code = await end.promise;
    if (because !== null) throw because;
    // 3: nothing could be read, which is an answer.
    if (code === null || ![0, 1, 3].includes(code)) throw new Fault("job.child-died", { code: code ?? "" });
    return Buffer.concat(printed).toString("utf8");
  } finally {
    clearTimeout(late);
    clearInterval(poll);
    signal.removeEventListener("abort", stop);
  }
}

const inherited = /^(PATH|HOME|TMPDIR|TMP|TEMP|LANG|LC_\w+|TZ|NODE_\w+|LD_LIBRARY_PATH|SystemRoot)$/i;

/** What a child needs of the environment. It parses files of strangers: passwords of the database and of the bucket stay out of it. */
const harmless = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => inherited.test(name)));

/** Resident memory of a process, MiB; null where the system does not say (it ended, or there is no /proc). */
async function residentMb(pid: number | undefined): Promise<number | null> {
  if (process.platform !== "linux" || pid === undefined) return null;
  const statm = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => null);
  const pages = statm === null ? Number.NaN : Number(statm.split(" ")[1]);
  return Number.isFinite(pages) ? (pages * 4096) / 2 ** 20 : null;
}

async function outcomeIn(out: string, stdout: string): Promise<ComputeOutcome> {
  const names = await readdir(out);
  const [name] = names;
  if (name === undefined) {
    const lines = ChildLines.parse(JSON.parse(stdout));
    return { kind: "nothing", because: lines.studies.flatMap(({ reasons }) => reasons) };
  }
  // The index lets only one person and one study into a job.
  if (names.length > 1) throw new Fault("job.several-studies", { studies: names.length });
  const folder = join(out, name);
  const result = ReadResult.parse(JSON.parse(await readFile(join(folder, "findings.json"), "utf8")));
  return { kind: "computed", computed: { result, files: filesIn(folder) } };
}

async function* filesIn(folder: string): Computed["files"] {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    yield { path: relative(folder, path).replaceAll(sep, "/"), bytes: createReadStream(path) };
  }
}
