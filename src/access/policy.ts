import type { Role } from "./role.ts";

/** Action → the roles that may. `study.view` shows who the patient is; `study.view-pseudonymised` does not. */
const policy = {
  "study.view": ["reader", "technician", "administrator"],
  "study.view-pseudonymised": ["reader", "technician", "researcher", "administrator"],
  "study.receive": ["technician", "administrator"],
  "study.read-again": ["reader", "technician", "administrator"],
  "study.export": ["reader", "administrator"],
  "study.export-pseudonymised": ["reader", "researcher", "administrator"],
  "study.export-burned-in": ["administrator"],
  "study.send": ["reader", "technician", "administrator"],
  "verdict.give": ["reader", "administrator"],
  "report.sign": ["reader", "administrator"],
  "job.manage": ["technician", "administrator"],
  "evaluation.view": ["reader", "researcher", "administrator"],
  "peer.manage": ["administrator"],
  "account.manage": ["administrator"],
  "audit.view": ["administrator"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof policy;
export const actions = Object.keys(policy) as readonly Action[];

/** Whether a role may do it. What no line allows is forbidden. */
export function may(role: Role, action: Action): boolean {
  return (policy[action] as readonly Role[]).includes(role);
}
