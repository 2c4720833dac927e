/**
 * A computation that may run on another thread: pure, its input and output structured-cloneable. Arrays over SharedArrayBuffer are shared,
 * others are copied. `name` is how a pool's worker finds it in the table of tasks that main/ puts together.
 */
export interface Task<Input, Output> {
  readonly name: string;
  readonly compute: (input: Input) => Output | Promise<Output>;
  /** How long a thread may take before it is ended, where the platform can end it; without it, for ever. */
  readonly timeLimitMs?: (input: Input) => number;
}

/** The thread that ran a task is gone, and its result with it: it took too long or too much memory, or ended by itself. Other tasks are not touched. */
export class ThreadLost extends Error {
  override readonly name = "ThreadLost";
}

/** The threads of whoever calls: a pool of workers in Node, the caller's own thread elsewhere. */
export interface Threads {
  /** How many tasks can run at once; split work into about this many parts. */
  readonly count: number;
  readonly run: <Input, Output>(task: Task<Input, Output>, input: Input) => Promise<Output>;
}

/** Runs every task at once on the caller's own thread. */
export const inlineThreads: Threads = { count: 1, run: async (task, input) => task.compute(input) };
