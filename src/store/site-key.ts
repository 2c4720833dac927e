import { randomBytes } from "node:crypto";
import type { Database } from "./database.ts";

/** Any number that nothing else takes a lock on in the same database. */
const lock = 0x0e_e4_ead2;

/**
 * The site's key for pseudonyms, 32 random bytes: made when it is first asked for, the same ever after for all processes. Whoever has it can undo
 * pseudonyms; where it is lost, later exports have other ones. It stands in the database alone, and in its backups.
 */
export function siteKey(database: Database): Promise<Uint8Array> {
  return database.transaction(async ({ query }) => {
    await query("select pg_advisory_xact_lock($1)", [lock]);
    const [there] = await query<{ key: Uint8Array }>("select key from site_key");
    if (there !== undefined) return there.key;
    const key = randomBytes(32);
    await query("insert into site_key (key, made_at) values ($1, now())", [key]);
    return key;
  });
}
