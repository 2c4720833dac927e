import { existsSync } from "node:fs";
import { Fault } from "../base/fault.ts";
import type { Database } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { openDatabase } from "../store/open-database.ts";
import type { Config } from "./config.ts";
import { databasePlace } from "./station.ts";

/**
 * Opens the database of the settings, its schema up to date; an embedded one that is not there is not made.
 * @throws Fault store.nothing-here, and whatever opening throws
 */
export async function existingDatabase(config: Config): Promise<Database> {
  const place = databasePlace(config);
  if (place.kind === "embedded" && !existsSync(place.folder)) throw new Fault("store.nothing-here");
  const database = await openDatabase(place);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
