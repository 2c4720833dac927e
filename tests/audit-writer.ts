// Appends events to the audit log of a database, several at a time. Usage: node audit-writer.ts DATABASE_URL NAME COUNT
import { AuditLog } from "../src/store/audit-log.ts";
import { openDatabase } from "../src/store/open-database.ts";

const [url = "", name = "", count = ""] = process.argv.slice(2);
const database = await openDatabase({ kind: "postgresql", url });
const log = new AuditLog(database);
const writers = Array.from({ length: 5 }, async (_, writer) => {
  for (let number = writer; number < Number(count); number += 5)
    await log.append({
      at: new Date().toISOString(),
      who: { kind: "program", name },
      from: null,
      what: "read",
      outcome: "done",
      about: { studyInstanceUid: `1.2.3.${number}` },
    });
});
await Promise.all(writers);
await database.close();
