import { Worker } from "node:worker_threads";
import { Fault, type FaultValues } from "../base/fault.ts";
import { type Task, ThreadLost, type Threads } from "../volume/threads.ts";

/** What the pool sends to a worker. */
export interface Job {
  readonly task: string;
  readonly input: unknown;
}

/** What a worker answers. Faults cross the border as data. */
export type Answer =
  | { readonly kind: "output"; readonly output: unknown }
  | { readonly kind: "fault"; readonly code: string; readonly values: FaultValues }
  | { readonly kind: "error"; readonly name: string; readonly message: string; readonly stack: string | undefined };

interface Waiting {
  readonly job: Job;
  readonly limitMs: number | undefined;
  readonly resolve: (output: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Running extends Waiting {
  readonly timer: NodeJS.Timeout | undefined;
}

/** Of JavaScript objects alone: arrays of voxels are not counted among them. */
const heapMb = 1024;

/**
 * A pool of worker threads. Workers start when first needed and die with `close`, which also ends whatever still runs:
 * a worker in an endless loop is terminated, and every promise that waits is rejected. A worker that outlasts its task's time limit or dies is replaced.
 * Invariant: a worker is either in `idle` or has exactly one entry in `busy`.
 */
export class ThreadPool implements Threads {
  readonly count: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Running>();
  readonly #queue: Waiting[] = [];
  #closed = false;

  readonly #program: URL;

  /**
   * @param count how many threads at most; 1 or more
   * @param program what a worker runs: it answers each Job with one Answer
   */
  constructor(count: number, program = new URL(`./thread-worker${import.meta.url.slice(-3)}`, import.meta.url)) {
    if (!(Number.isInteger(count) && count >= 1)) throw new RangeError(`a pool needs one thread or more, got ${count}`);
    this.count = count;
    this.#program = program;
  }

  /** @throws ThreadLost when the worker was ended or died; what the task threw */
  readonly run = <Input, Output>(task: Task<Input, Output>, input: Input): Promise<Output> =>
    new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error("the pool is closed"));
      const limitMs = task.timeLimitMs?.(input);
      this.#queue.push({ job: { task: task.name, input }, limitMs, resolve: resolve as (output: unknown) => void, reject });
      this.#pump();
    });

  /** Ends all workers; what still waits is rejected with the reason given. */
  async close(reason: unknown = new Error("the pool was closed")): Promise<void> {
    this.#closed = true;
    for (const waiting of [...this.#busy.values(), ...this.#queue]) waiting.reject(reason);
    for (const { timer } of this.#busy.values()) clearTimeout(timer);
    const workers = [...this.#idle, ...this.#busy.keys()];
    this.#queue.length = 0;
    this.#idle.length = 0;
    this.#busy.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#busy.size < this.count ? this.#start() : undefined);
      if (worker === undefined) return;
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      const { limitMs } = waiting;
      const timer =
        limitMs === undefined ? undefined : setTimeout(() => this.#lost(worker, new ThreadLost(`no answer after ${limitMs} ms`)), limitMs);
      this.#busy.set(worker, { ...waiting, timer });
      worker.ref();
      worker.postMessage(waiting.job);
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#program, { resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    worker.on("message", (answer: Answer) => this.#answered(worker, answer));
    worker.on("error", (error) => this.#lost(worker, isOutOfMemory(error) ? new ThreadLost("out of memory", { cause: error }) : error));
    worker.on("exit", () => this.#lost(worker, new ThreadLost("a worker thread ended early")));
    return worker;
  }

  #answered(worker: Worker, answer: Answer): void {
    const running = this.#busy.get(worker);
    // Of a worker that was given up meanwhile.
    if (running === undefined) return;
    clearTimeout(running.timer);
    this.#busy.delete(worker);
    this.#idle.push(worker);
    // An idle worker must not keep the process alive.
    worker.unref();
    if (answer.kind === "output") running.resolve(answer.output);
    else if (answer.kind === "fault") running.reject(new Fault(answer.code, answer.values));
    else running.reject(Object.assign(new Error(answer.message), { name: answer.name, stack: answer.stack }));
    this.#pump();
  }

  #lost(worker: Worker, why: unknown): void {
    const running = this.#busy.get(worker);
    clearTimeout(running?.timer);
    this.#busy.delete(worker);
    const index = this.#idle.indexOf(worker);
    if (index >= 0) this.#idle.splice(index, 1);
    running?.reject(why);
    void worker.terminate();
    if (!this.#closed) this.#pump();
  }
}

const isOutOfMemory = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
