import { configOf } from "./config.ts";
import { sayAudit } from "./say-audit.ts";
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
    return await sayAudit(station.audit, config.language);
  } finally {
    await station.close(0);
  }
}
