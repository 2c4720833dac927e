import { ProgressLine } from "../cli/progress-line.ts";
import { type Language, say } from "../words/say.ts";

/** What a command reports its stages to. */
export type Progress = Pick<ProgressLine, "report" | "end">;

/** A progress line on standard error, in the user's language; messages to the parent where a server started this process as its compute child. */
export function terminalProgress(language: Language): Progress {
  if (process.env.OVERREAD_PROGRESS === "ipc") return parentProgress();
  return new ProgressLine({
    write: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    clockMs: () => performance.now(),
    stageName: (stage) => say(language, `stage.${stage}`),
    remaining: (seconds) => say(language, "cli.remaining", { seconds }),
    took: (seconds) => say(language, "cli.took", { seconds }),
  });
}

/** At most four messages a second, and one for each stage that begins. */
function parentProgress(): Progress {
  let last = { stage: "", atMs: 0 };
  const report = (stage: string, fraction: number): void => {
    const now = performance.now();
    if (stage === last.stage && now - last.atMs < 250) return;
    last = { stage, atMs: now };
    process.send?.({ stage, fraction });
  };
  return { report, end: () => {} };
}
