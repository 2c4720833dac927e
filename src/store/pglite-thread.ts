import { parentPort, workerData } from "node:worker_threads";
import { PGlite, types } from "@electric-sql/pglite";
import type { Answer, Asked } from "./open-embedded.ts";

const port = parentPort;
if (port === null) throw new Error("pglite-thread runs in a worker thread only");

const database = await PGlite.create({
  dataDir: String(workerData),
  parsers: { [types.INT8]: Number, [types.NUMERIC]: Number },
});
database.onNotification((channel, text) => port.postMessage({ kind: "notification", channel, text } satisfies Answer));

async function answer({ id, sql, values, alone }: Asked): Promise<Answer> {
  try {
    // Only the simple protocol takes several statements at once.
    const results = values === undefined ? await database.exec(sql) : [await database.query(sql, [...values])];
    // A PGlite that broke answers everything with nothing: no command, no rows.
    if (results.some(({ command }) => command === undefined)) process.exit(1);
    return { kind: "rows", id, rows: results.flatMap(({ rows }) => rows), command: results.at(-1)?.command };
  } catch (error) {
    if (!(error instanceof Error) || error.name === "RuntimeError" || ("severity" in error && error.severity !== "ERROR")) process.exit(1);
    if (alone) await database.exec("rollback");
    return { kind: "error", id, code: "code" in error ? String(error.code) : undefined, message: error.message };
  }
}

port.on("message", (asked: Asked) => {
  void answer(asked).then((reply) => port.postMessage(reply));
});
