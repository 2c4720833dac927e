import { AuditLog } from "../store/audit-log.ts";
import { configOf } from "./config.ts";
import { existingDatabase } from "./existing-database.ts";
import { sayAudit } from "./say-audit.ts";

/**
 * `overread verify-audit`: whether the audit log is whole, each record sealed with all before it.
 * @returns 0 when it is, 1 when it is broken
 * @throws Fault store.nothing-here, store.…
 */
export async function verifyAudit(): Promise<number> {
  const config = configOf(process.env);
  const database = await existingDatabase(config);
  try {
    return await sayAudit(new AuditLog(database), config.language);
  } finally {
    await database.close();
  }
}
