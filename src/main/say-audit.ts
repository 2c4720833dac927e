import { exitCode } from "../cli/exit-code.ts";
import type { AuditLog } from "../store/audit-log.ts";
import { say } from "../words/say.ts";

/** Verifies the audit log, and says what it is. @returns the exit code: 0 when it is whole, 1 when it is broken */
export async function sayAudit(audit: AuditLog, language: "en" | "zh"): Promise<number> {
  const state = await audit.verify();
  const values = state.kind === "whole" ? { sequence: state.head.sequence, hash: state.head.hash } : { sequence: state.atSequence };
  console.log(say(language, `server.audit-${state.kind}`, values));
  return state.kind === "whole" ? exitCode.done : exitCode.failed;
}
