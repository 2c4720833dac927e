import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hostileInput } from "./hostile-input.ts";
import type { Outcome } from "./read-hostile.ts";

/** Which input the child is to read. */
export interface Question {
  readonly seed: number;
  readonly n: number;
}

/** What became of it. */
export interface Answer extends Outcome {
  readonly n: number;
  readonly kind: string;
  readonly made: readonly string[];
  /** Decoders that outlasted their time limit, or died. */
  readonly lostThreads: number;
  readonly ms: number;
  /** Of the child at the end; the largest seen, where the parent looked in between. */
  readonly rssMb: number;
}

export interface Limits {
  /** Wall time of one input. */
  readonly seconds: number;
  /** Resident memory of the child. */
  readonly rssMb: number;
}

/**
 * Reads inputs of a seed in a child process that handles many, with a watchdog: a child that dies, hangs or takes too much memory is a bug of the
 * input it was reading, and another one goes on.
 */
export async function* runInputs(seed: number, numbers: Iterable<number>, limits: Limits): AsyncGenerator<Answer> {
  let child: Child | null = null;
  try {
    for (const n of numbers) {
      child ??= new Child();
      const answer = await child.read({ seed, n }, limits);
      if (answer.lost) child = null;
      yield answer;
    }
  } finally {
    child?.end();
  }
}

class Child {
  readonly #root = mkdtempSync(join(tmpdir(), "overread-fuzz-"));
  readonly #process: ChildProcess;
  /** The end of what it wrote to stderr. */
  #said = "";

  constructor() {
    this.#process = fork(fileURLToPath(new URL("child.ts", import.meta.url)), [this.#root], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-2000);
    });
  }

  read(question: Question, limits: Limits): Promise<Answer & { lost: boolean }> {
    const started = performance.now();
    let peakMb = 0;
    return new Promise((resolve) => {
      const lost = (bug: string): void => {
        const { kind, made } = hostileInput(question.seed, question.n);
        const ms = performance.now() - started;
        settle({ n: question.n, kind, made, said: [], bugs: [bug], lostThreads: 0, ms, rssMb: peakMb, lost: true });
      };
      const answered = (answer: Answer): void => settle({ ...answer, rssMb: Math.max(peakMb, answer.rssMb), lost: false });
      const died = (code: number | null, signal: string | null): void => lost(`the process died: ${signal ?? code}\n${this.#said}`);
      const watch = setInterval(() => {
        peakMb = Math.max(peakMb, residentMb(this.#process.pid));
        if (peakMb > limits.rssMb) lost(`${Math.round(peakMb)} MB of memory`);
        else if (performance.now() - started > 1000 * limits.seconds) lost(`no end after ${limits.seconds} s`);
      }, 50);
      const settle = (answer: Answer & { lost: boolean }): void => {
        clearInterval(watch);
        this.#process.off("message", answered).off("close", died);
        if (answer.lost) this.end();
        resolve(answer);
      };
      this.#process.on("message", answered).on("close", died);
      this.#process.send(question);
    });
  }

  end(): void {
    this.#process.kill("SIGKILL");
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** 0 where the system does not tell. */
function residentMb(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096) / 2 ** 20;
  } catch {
    return 0;
  }
}
