import type { Database } from "./database.ts";
import { openEmbedded } from "./open-embedded.ts";
import { openPostgresql } from "./open-postgresql.ts";

/** Where the database is: in a folder of this machine, for one process, or on a server, for any number. */
export type DatabasePlace = { readonly kind: "embedded"; readonly folder: string } | { readonly kind: "postgresql"; readonly url: string };

/**
 * @throws Fault store.folder-in-use, store.database-gone, store.database-refuses, store.postgresql-too-old, store.bad-database-url
 */
export function openDatabase(place: DatabasePlace): Promise<Database> {
  return place.kind === "embedded" ? openEmbedded(place.folder) : openPostgresql(place.url);
}
