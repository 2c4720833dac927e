// Writes rows into an embedded database until it is killed, and says the number of each one that was committed.
// Usage: node store-writer.ts FOLDER
import { openDatabase } from "../src/store/open-database.ts";

const database = await openDatabase({ kind: "embedded", folder: process.argv[2] ?? "" });
await database.query("create table if not exists written (a integer primary key, b text)");
for (let n = 1; ; n++) {
  await database.transaction(async ({ query }) => {
    await query("insert into written values ($1, repeat('x', 2000))", [2 * n]);
    await query("insert into written values ($1, 'odd')", [2 * n + 1]);
  });
  process.stdout.write(`${n}\n`);
}
