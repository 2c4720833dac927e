import { Fault } from "../base/fault.ts";
import type { Database } from "./database.ts";
import { intake } from "./migrations/0001-intake.sql.ts";
import { addInstance } from "./migrations/0002-add-instance.sql.ts";
import { oidc } from "./migrations/0003-oidc.sql.ts";
import { priors } from "./migrations/0004-priors.sql.ts";
import { siteKey } from "./migrations/0005-site-key.sql.ts";
import { retention } from "./migrations/0006-retention.sql.ts";
import { routing } from "./migrations/0007-routing.sql.ts";
import { glance } from "./migrations/0008-glance.sql.ts";

/** A place in this list is the schema's version; what stands in it never changes once it was released, and only the end grows. */
export const migrations: readonly string[] = [intake, addInstance, oidc, priors, siteKey, retention, routing, glance];

/** Any number that no other program takes a lock on in the same database. */
const lock = 0x0e_e4_ead0;

/**
 * Brings the schema to the version that this program knows, all or nothing. Processes that do so at once wait for one another.
 *
 * Expand, then contract: servers of the version before still run while this one migrates. A migration therefore only adds (tables, columns that may be
 * null or have a default, indexes, wider checks); the program writes old and new until none of the version before is left, and a release later a
 * second migration takes away what nobody reads. A process that starts on a schema newer than it knows refuses.
 * @returns the version
 * @throws Fault store.schema-newer
 */
export async function migrate(database: Database, known: readonly string[] = migrations): Promise<number> {
  return database.transaction(async ({ query }) => {
    await query("select pg_advisory_xact_lock($1)", [lock]);
    await query("create table if not exists schema_version (version integer primary key, applied_at timestamptz not null default now())");
    const [at] = await query<{ version: number }>("select coalesce(max(version), 0) as version from schema_version");
    const version = at?.version ?? 0;
    if (version > known.length) throw new Fault("store.schema-newer", { version, known: known.length });
    for (const [index, sql] of known.entries()) {
      if (index < version) continue;
      await query(sql);
      await query("insert into schema_version (version) values ($1)", [index + 1]);
    }
    return known.length;
  });
}
