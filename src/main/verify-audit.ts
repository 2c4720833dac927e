import { exitCode } from "../cli/exit-code.ts";
import { say } from "../words/say.ts";
import { configOf } from "./config.ts";
import { logUnexpected } from "./server-log.ts";
import { openStation } from "./station.ts";

/**
 * `overread verify-audit`: whether the audit log is whole, each record sealed with all before it.
 * @returns 0 when it is, 1 when it is broken
 */
export async function verifyAudit(): Promise<number> {
  const config = configOf(process.env);
  const station = await openStation(config, logUnexpected);
  try {
    const state = await station.audit.verify();
    const values = state.kind === "whole" ? { sequence: state.head.sequence, hash: state.head.hash } : { sequence: state.atSequence };
    console.log(say(config.language, `server.audit-${state.kind}`, values));
    return state.kind === "whole" ? exitCode.done : exitCode.failed;
  } finally {
    await station.close(0);
  }
}
