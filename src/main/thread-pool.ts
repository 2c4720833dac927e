import { Worker } from "node:worker_threads";
import { Fault, type FaultValues } from "../base/fault.ts";
import type { Task, Threads } from "../volume/threads.ts";

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
  readonly resolve: (output: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * A pool of worker threads. Workers start when first needed and die with `close`, which also ends whatever still runs:
 * a worker in an endless loop is terminated, and every promise that waits is rejected.
 * Invariant: a worker is either in `idle` or has exactly one entry in `busy`.
 */
export class ThreadPool implements Threads {
  readonly count: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Waiting>();
  readonly #queue: Waiting[] = [];
  #closed = false;

  /** @param count how many threads at most; 1 or more */
  constructor(count: number) {
    if (!(Number.isInteger(count) && count >= 1)) throw new RangeError(`a pool needs one thread or more, got ${count}`);
    this.count = count;
  }

  readonly run = <Input, Output>(task: Task<Input, Output>, input: Input): Promise<Output> =>
    new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error("the pool is closed"));
      this.#queue.push({ job: { task: task.name, input }, resolve: resolve as (output: unknown) => void, reject });
      this.#pump();
    });

  /** Ends all workers; what still waits is rejected with the reason given. */
  async close(reason: unknown = new Error("the pool was closed")): Promise<void> {
    this.#closed = true;
    for (const waiting of [...this.#busy.values(), ...this.#queue]) waiting.reject(reason);
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
      this.#busy.set(worker, waiting);
      worker.ref();
      worker.postMessage(waiting.job);
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./thread-worker${import.meta.url.slice(-3)}`, import.meta.url));
    worker.on("message", (answer: Answer) => this.#answered(worker, answer));
    worker.on("error", (error) => this.#died(worker, error));
    worker.on("exit", () => this.#died(worker, new Error("a worker thread ended early")));
    return worker;
  }

  #answered(worker: Worker, answer: Answer): void {
    const waiting = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#idle.push(worker);
    // An idle worker must not keep the process alive.
    worker.unref();
    if (answer.kind === "output") waiting?.resolve(answer.output);
    else if (answer.kind === "fault") waiting?.reject(new Fault(answer.code, answer.values));
    else waiting?.reject(Object.assign(new Error(answer.message), { name: answer.name, stack: answer.stack }));
    this.#pump();
  }

  #died(worker: Worker, error: unknown): void {
    const waiting = this.#busy.get(worker);
    this.#busy.delete(worker);
    const index = this.#idle.indexOf(worker);
    if (index >= 0) this.#idle.splice(index, 1);
    waiting?.reject(error);
    if (!this.#closed) this.#pump();
  }
}
