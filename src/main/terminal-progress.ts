import { ProgressLine } from "../cli/progress-line.ts";
import { type Language, say } from "../words/say.ts";

/** A progress line on standard error, in the user's language. */
export function terminalProgress(language: Language): ProgressLine {
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
