import { parentPort } from "node:worker_threads";
import { Fault } from "../base/fault.ts";
import { tasks } from "./tasks.ts";
import type { Answer, Job } from "./thread-pool.ts";

const port = parentPort;
if (port === null) throw new Error("thread-worker runs in a worker thread only");

async function answer({ task, input }: Job): Promise<Answer> {
  try {
    const found = tasks.get(task);
    if (found === undefined) throw new RangeError(`no task is called ${task}: add it to main/tasks.ts`);
    return { kind: "output", output: await found(input) };
  } catch (error) {
    if (error instanceof Fault) return { kind: "fault", code: error.code, values: error.values };
    if (error instanceof Error) return { kind: "error", name: error.name, message: error.message, stack: error.stack };
    return { kind: "error", name: "Error", message: String(error), stack: undefined };
  }
}

port.on("message", (job: Job) => {
  void answer(job).then((reply) => port.postMessage(reply));
});
