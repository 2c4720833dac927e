// Sends two jobs, takes one, never ends it, and says its id: to be killed.
// Usage: node store-worker.ts PLACE     (the place of the database, as JSON)
import { z } from "zod";
import { JobQueue } from "../src/store/job-queue.ts";
import { openDatabase } from "../src/store/open-database.ts";

const test = {
  payload: z.strictObject({ n: z.number() }),
  retryLimit: 2,
  retryDelaySeconds: 1,
  heartbeatSeconds: 10,
  expireInSeconds: 600,
};
const jobs = await JobQueue.open(await openDatabase(JSON.parse(process.argv[2] ?? "")), { test }, (error) => console.error(error));
await jobs.send("test", { n: 1 }, { key: "a", priority: 1 });
await jobs.send("test", { n: 2 }, { key: "b" });
await jobs.work("test", { concurrency: 1 }, async ({ id }) => {
  process.stdout.write(`${id}\n`);
  await new Promise(() => undefined);
});
