import { enableCompileCache } from "node:module";
import { Fault } from "../base/fault.ts";
import { commandOf, languageOf } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { say } from "../words/say.ts";

enableCompileCache();
// Started by bin/overread over an ipc channel: when the launcher is gone, nobody waits for the result.
const launcherGone = (): never => process.exit(exitCode.interrupted);
process.on("disconnect", launcherGone);

const abort = new AbortController();
let interruptedAt = 0;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The terminal and the launcher may both deliver one Ctrl-C; a later one means "at once".
    const now = Date.now();
    if (abort.signal.aborted && now - interruptedAt > 1000) process.exit(exitCode.interrupted);
    if (!abort.signal.aborted) interruptedAt = now;
    abort.abort();
  });
}

const argv = process.argv.slice(2);
process.exitCode = await run().catch((error: unknown) => ended(error));
// The ipc channel would keep the process alive.
process.off("disconnect", launcherGone);
if (process.connected) process.disconnect();

async function run(): Promise<number> {
  const command = commandOf(argv);
  switch (command.command) {
    case "read":
      return (await import("./read.ts")).read(command, abort.signal);
    case "phantom":
      return (await import("./phantom.ts")).phantomCommand(command, abort.signal);
    case "template":
      return (await import("./template.ts")).template(command);
    case "evaluate":
      return (await import("./evaluate.ts")).evaluate(command, abort.signal);
    case "send":
      return (await import("./send.ts")).send(command, abort.signal);
    case "findings":
      return (await import("./findings.ts")).findings(command, abort.signal);
    case "route":
      return (await import("./route.ts")).route(command, abort.signal);
    case "export":
      return (await import("./export.ts")).exportStudies(command, abort.signal);
    case "export-audit":
      return (await import("./export-audit.ts")).exportAudit(command, abort.signal);
    case "serve":
      return (await import("./serve.ts")).serve(abort.signal);
    case "worker":
      return (await import("./worker.ts")).worker(abort.signal);
    case "reindex":
      return (await import("./reindex.ts")).reindex(abort.signal);
    case "verify-audit":
      return (await import("./verify-audit.ts")).verifyAudit();
    case "move":
      return (await import("./move.ts")).move(abort.signal);
    case "backup":
      return (await import("./backup.ts")).backup(command, abort.signal);
    case "restore":
      return (await import("./restore.ts")).restore(command, abort.signal);
    case "version": {
      const { version, commit } = (await import("./version.ts")).version();
      console.log(`overread ${version} (${commit})`);
      return exitCode.done;
    }
    case "help":
      console.log(say(command.language, "cli.usage", {}));
      return exitCode.done;
  }
}

/** Says why the program ends early, in the user's language, and chooses the exit code. */
function ended(error: unknown): number {
  const language = languageOf(argv);
  if (abort.signal.aborted) {
    console.error(say(language, "cli.interrupted", {}));
    return exitCode.interrupted;
  }
  if (error instanceof Fault) {
    console.error(say(language, error.code, error.values));
    return error.code.startsWith("cli.") ? exitCode.usage : exitCode.failed;
  }
  console.error(error);
  return exitCode.failed;
}
