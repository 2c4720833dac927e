import type { Task } from "../volume/threads.ts";

/** A task as the worker calls it: what comes in was typed where `Threads.run` was called. */
type Call = (input: unknown) => unknown;

const entry = <Input, Output>(task: Task<Input, Output>): readonly [string, Call] => [task.name, (input) => task.compute(input as Input)];

/** Every computation that may run on another thread. */
export const tasks: ReadonlyMap<string, Call> = new Map<string, Call>([]);
void entry;
