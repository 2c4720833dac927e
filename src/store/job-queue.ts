import { PgBoss } from "pg-boss";
import { z } from "zod";
import { Fault } from "../base/fault.ts";
import { type Reason, reason } from "../base/reason.ts";
import type { Database, Queries, SqlValue } from "./database.ts";

/** One kind of job: what it carries, and how long one may take. */
export interface QueueKind {
  /** What a job needs to know, parsed before it is sent and before it is worked on; never a patient's name. */
  readonly payload: z.ZodType<object>;
  /** How often a job that failed is tried again before it is dead. */
  readonly retryLimit: number;
  /** Before the first retry; doubled before each further one, up to ten minutes. */
  readonly retryDelaySeconds: number;
  /** A job of whose worker nothing was heard for so long is given to another; 10 or more. */
  readonly heartbeatSeconds: number;
  /** A job that takes longer is stopped, and counts as failed. */
  readonly expireInSeconds: number;
}

type QueueKinds = Readonly<Record<string, QueueKind>>;
type PayloadOf<Kind extends QueueKind> = z.infer<Kind["payload"]>;

export interface Job<Payload> {
  readonly id: string;
  readonly payload: Payload;
  /** 1 at first. */
  readonly attempt: number;
}

export interface SendOptions {
  /** While a job of this key waits or runs, no other is made. */
  readonly key: string;
  /** Higher goes first; 0 unless given. */
  readonly priority?: number;
  readonly retryLimit?: number;
  /** The transaction that the job is made in: it is there if that one is committed. */
  readonly within?: Queries;
}

const DeadJob = z.strictObject({
  id: z.string(),
  queue: z.string(),
  payload: z.unknown(),
  attempts: z.number(),
  diedAt: z.date(),
  output: z.unknown(),
});
/** A job that failed as often as it may. */
export interface DeadJob extends Omit<z.infer<typeof DeadJob>, "output"> {
  readonly because: Reason;
}

const Progress = z.strictObject({ about: z.string(), fraction: z.number(), stage: z.string() });
export type Progress = z.infer<typeof Progress>;

const cancelled = "overread_job_cancelled";
const progressed = "overread_job_progressed";
const lookEverySeconds = 2;

/**
 * Durable jobs in the database (pg-boss): each is worked on until it is done, at least once, by any of the processes that work on its queue. A job is
 * therefore one that may run twice. A handler that throws has its job tried again, later and later, until the job is dead.
 */
export class JobQueue<Kinds extends QueueKinds> {
  readonly #database: Database;
  readonly #kinds: Kinds;
  readonly #boss: PgBoss;
  readonly #running = new Map<string, AbortController>();
  #stopHearing: () => Promise<void> = async () => undefined;

  private constructor(database: Database, kinds: Kinds, unexpected: (error: unknown) => void) {
    this.#database = database;
    this.#kinds = kinds;
    this.#boss = new PgBoss({
      db: {
        executeSql: (sql, values) => executeSql(database, sql, values),
        // Whoever missed a notification finds the job when it looks next.
        listen: async (channel, heard) => ({ close: await database.listen(channel, heard) }),
      },
      backend: database.kind === "embedded" ? "pglite" : "postgres",
      useListenNotify: true,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      schedule: false,
      registerInstance: false,
      reindex: database.kind === "postgresql",
      monitorVacuum: database.kind === "postgresql",
      openTelemetry: { enabled: false },
    });
    this.#boss.on("error", (told) => unexpected(asError(told)));
  }

  /** @param unexpected told of errors in the background, such as a database that is gone: the work goes on when it is back */
  static async open<Kinds extends QueueKinds>(
    database: Database,
    kinds: Kinds,
    unexpected: (error: unknown) => void,
  ): Promise<JobQueue<Kinds>> {
    const queue = new JobQueue(database, kinds, unexpected);
    await queue.#boss.start();
    for (const [name, kind] of Object.entries(kinds)) {
      const options = {
        retryLimit: kind.retryLimit,
        retryDelay: kind.retryDelaySeconds,
        retryBackoff: true,
        retryDelayMax: 600,
        heartbeatSeconds: kind.heartbeatSeconds,
        expireInSeconds: kind.expireInSeconds,
        notify: true,
      };
      await queue.#boss.createQueue(name, { policy: "exclusive", ...options });
      await queue.#boss.updateQueue(name, options);
    }
    queue.#stopHearing = await database.listen(cancelled, (id) => queue.#running.get(id)?.abort(new Error("the job was cancelled")));
    return queue;
  }

  /** @returns the job's id; where one of this key waits or runs, that one's */
  readonly send = async <Name extends keyof Kinds & string>(
    queue: Name,
    payload: PayloadOf<Kinds[Name]>,
    { key, priority = 0, retryLimit, within }: SendOptions,
  ): Promise<string> => {
    const data = this.#parse(queue, payload);
    const queries = within ?? this.#database;
    const options = { singletonKey: key, priority, ...(retryLimit === undefined ? {} : { retryLimit }) };
    const db = { executeSql: (sql: string, values?: unknown[]) => executeSql(queries, sql, values) };
    for (;;) {
      const id = await this.#boss.send(queue, data, { ...options, db });
      if (id !== null) return id;
      const [there] = await queries.query<{ id: string }>(
        "select id from pgboss.job where name = $1 and singleton_key = $2 and state in ('created', 'retry', 'active')",
        [queue, key],
      );
      // Else it ended meanwhile.
      if (there !== undefined) return there.id;
    }
  };

  /**
   * Works on the jobs of a queue, so many at once in this process, urgent ones first.
   * @param handler its signal is aborted when the job was cancelled, took too long, or was given to another
   * @returns what ends it, once the jobs in hand are done
   */
  readonly work = async <Name extends keyof Kinds & string>(
    queue: Name,
    { concurrency }: { readonly concurrency: number },
    handler: (job: Job<PayloadOf<Kinds[Name]>>, signal: AbortSignal) => Promise<void>,
  ): Promise<() => Promise<void>> => {
    const looking = { pollingIntervalSeconds: lookEverySeconds, notifyPollingIntervalSeconds: lookEverySeconds };
    const workOne = async (): Promise<string> => {
      const worker: string = await this.#boss.work(queue, looking, async ([job]) => {
        if (job === undefined) return;
        const stop = new AbortController();
        this.#running.set(job.id, stop);
        try {
          const payload = this.#parse(queue, job.data);
          await handler({ id: job.id, payload, attempt: job.retryCount + 1 }, AbortSignal.any([job.signal, stop.signal]));
        } finally {
          this.#running.delete(job.id);
          // Looks for the next at once.
          this.#boss.notifyWorker(worker);
        }
      });
      return worker;
    };
    const workers = await Promise.all(Array.from({ length: concurrency }, workOne));
    return async () => {
      await Promise.all(workers.map((id) => this.#boss.offWork(queue, { id, wait: true })));
    };
  };

  /** Ends a job that waits or runs, wherever it runs. False when it is over, or unknown. */
  readonly cancel = async (id: string): Promise<boolean> => {
    const queue = await this.#queueOf(id);
    if (queue === null || !hasMoved(await this.#boss.cancel(queue, id))) return false;
    await this.#database.query("select pg_notify($1, $2)", [cancelled, id]);
    return true;
  };

  /** Jobs that were given up, the latest first. */
  readonly dead = async (limit = 200): Promise<readonly DeadJob[]> => {
    const rows = await this.#database.query(
      `select id::text, name as queue, data as payload, retry_count + 1 as attempts, completed_on as "diedAt", output
      from pgboss.job where state = 'failed' order by completed_on desc limit $1`,
      [limit],
    );
    return rows.map((row) => {
      const { output, ...job } = DeadJob.parse(row);
      return { ...job, because: whyItFailed(output) };
    });
  };

  /** Tries a dead job once more. False when it is not dead, or another of its key is under way. */
  readonly rerun = async (id: string): Promise<boolean> => {
    const queue = await this.#queueOf(id);
    if (queue === null) return false;
    try {
      return hasMoved(await this.#boss.retry(queue, id));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === uniqueViolation) return false;
      throw error;
    }
  };

  /** Keys of the jobs that wait or run. */
  readonly keys = async (queue: keyof Kinds & string): Promise<ReadonlySet<string>> => {
    const rows = await this.#database.query<{ key: string }>(
      "select singleton_key as key from pgboss.job where name = $1 and state in ('created', 'retry', 'active')",
      [queue],
    );
    return new Set(rows.map(({ key }) => key));
  };

  /** How many jobs of each queue are in each state. */
  readonly counts = async (): Promise<readonly { readonly queue: string; readonly state: string; readonly jobs: number }[]> =>
    this.#database.query("select name as queue, state::text, count(*) as jobs from pgboss.job group by 1, 2 order by 1, 2");

  /** Tells every process how far a job is. @param about what it works on, e.g. a study's UID @param fraction 0 to 1 @param stage a message key */
  readonly progress = async (about: string, fraction: number, stage: string): Promise<void> => {
    await this.#database.query("select pg_notify($1, $2)", [progressed, JSON.stringify({ about, fraction, stage } satisfies Progress)]);
  };

  /** Hears of the progress of all jobs, in all processes. @returns what ends it */
  readonly onProgress = (heard: (progress: Progress) => void): Promise<() => Promise<void>> =>
    this.#database.listen(progressed, (text) => heard(Progress.parse(JSON.parse(text))));

  /** Takes no more jobs; those in hand have so long to end, and are tried again elsewhere if they do not. */
  readonly close = async (graceMs: number): Promise<void> => {
    await this.#boss.stop({ graceful: true, timeout: graceMs, close: false });
    for (const stop of this.#running.values()) stop.abort(new Error("the program ends"));
    await this.#stopHearing();
  };

  #parse<Name extends keyof Kinds & string>(queue: Name, payload: unknown): PayloadOf<Kinds[Name]> {
    const kind = this.#kinds[queue];
    if (kind === undefined) throw new RangeError(`no queue is called ${queue}`);
    return kind.payload.parse(payload) as PayloadOf<Kinds[Name]>;
  }

  async #queueOf(id: string): Promise<string | null> {
    if (!z.guid().safeParse(id).success) return null;
    const [job] = await this.#database.query<{ name: string }>("select name from pgboss.job where name = any($1) and id = $2", [
      Object.keys(this.#kinds),
      id,
    ]);
    return job?.name ?? null;
  }
}

const uniqueViolation = "23505";

async function executeSql({ query }: Queries, sql: string, values?: unknown[]) {
  // pg-boss gives text, numbers, times, arrays and JSON as text.
  return { rows: await query(sql, values?.length ? (values as SqlValue[]) : undefined) };
}

const hasMoved = (answer: { readonly affected?: number }): boolean => (answer.affected ?? 0) > 0;

const FaultFields = z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) });

/** pg-boss tells of an error in one of its workers by a plain object of its fields. */
function asError(told: Error): Error {
  if (told instanceof Error) return told;
  const fault = FaultFields.safeParse(told);
  return fault.success ? new Fault(fault.data.code, fault.data.values, told) : Object.assign(new Error(), told);
}

/** What pg-boss notes of a failure: a Fault has its code and values, any other error its name. */
function whyItFailed(output: unknown): Reason {
  const fault = FaultFields.safeParse(output);
  if (fault.success) return reason(fault.data.code, fault.data.values);
  const said = JSON.stringify(output);
  if (said.includes("job heartbeat timeout")) return reason("job.worker-lost");
  if (said.includes("job timed out") || said.includes("handler execution exceeded")) return reason("job.expired");
  const error = z.object({ name: z.string() }).safeParse(output);
  return reason("job.error", { error: error.data?.name ?? "" });
}
