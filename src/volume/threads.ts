/**
 * A computation that may run on another thread: pure, its input and output structured-cloneable. Arrays over SharedArrayBuffer are shared,
 * others are copied. `name` is how a pool's worker finds it in the table of tasks that main/ puts together.
 */
export interface Task<Input, Output> {
  readonly name: string;
  readonly compute: (input: Input) => Output | Promise<Output>;
}

/** The threads of whoever calls: a pool of workers in Node, the caller's own thread elsewhere. */
export interface Threads {
  /** How many tasks can run at once; split work into about this many parts. */
  readonly count: number;
  readonly run: <Input, Output>(task: Task<Input, Output>, input: Input) => Promise<Output>;
}

/** Runs every task at once on the caller's own thread. */
export const inlineThreads: Threads = { count: 1, run: async (task, input) => task.compute(input) };
