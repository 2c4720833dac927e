import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { RoutingRules } from "../findings/routing-rules.ts";
import type { Database } from "../store/database.ts";
import { JobQueue } from "../store/job-queue.ts";
import { migrate } from "../store/migrate.ts";
import { openDatabase } from "../store/open-database.ts";
import { slice } from "../store/sample-slice.ts";
import { StudyArrivals } from "../store/study-arrivals.ts";
import { StudyIndex } from "../store/study-index.ts";
import { Associations } from "../workflow/associations.ts";
import { settleStudies } from "../workflow/settle-studies.ts";
import { settlePorts } from "./settle-ports.ts";

const times = { quietMs: 20_000, quietAfterAssociationMs: 5000 };
const rules = RoutingRules.parse({
  rules: [
    { name: "older", when: { callingAe: ["ARCHIVE"] }, decision: "do-not-read" },
    { name: "urgent", when: { bodyPart: ["chest"] }, decision: "read", analyses: ["lung-nodule"], urgent: true },
  ],
  otherwise: "do-not-read",
});
const payload = z.strictObject({ studyInstanceUid: z.string(), revision: z.number() });
const read = { payload, retryLimit: 2, retryDelaySeconds: 5, heartbeatSeconds: 15, expireInSeconds: 60 };

describe.each(storeKinds)("on $name", ({ start }) => {
  const associations = new Associations();
  let server: StoreServer;
  let database: Database;
  let queue: JobQueue<{ read: typeof read }>;
  let index: StudyIndex;
  let arrivals: StudyArrivals;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    queue = await JobQueue.open(database, { read }, (error) => expect.unreachable(String(error)));
    index = new StudyIndex(database, () => new Date());
    arrivals = new StudyArrivals(database);
  });
  afterAll(async () => {
    await queue.close(0);
    await database.close();
    await server.close();
  });

  const settle = (now: Date): Promise<void> =>
    settleStudies(now, times, settlePorts({ index, arrivals, queue }, associations, rules, "en"));
  const standing = async (uid: string) => {
    const study = await index.study(uid);
    return [study?.state, study?.revision, study?.because[0]?.text];
  };
  const add = async (uid: string, studyDate: string, from: string, receivedAt: Date): Promise<void> => {
    const given = slice(uid, 1, { receivedAt, receivedBy: { way: "dimse", from } });
    await index.add({ ...given, study: { ...given.study, studyDate } });
  };
  const jobsOf = (key: string) => database.query("select priority from pgboss.job where singleton_key = $1", [key]);

  test("a study is routed when it is complete; one whose prior comes in later is read again with it, whatever becomes of the prior", async () => {
    const association = {};
    const now = new Date();
    const secondsAgo = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
    await add("1.1", "20250101", "CT1", secondsAgo(60));
    associations.came("1.1", association);
    await settle(now);
    expect(await standing("1.1")).toEqual(["receiving", 1, undefined]);
    associations.ended(association, secondsAgo(5), true);
    await settle(now);
    expect(await standing("1.1")).toEqual(["waiting", 1, undefined]);
    expect(await arrivals.standing("1.1")).toMatchObject({ analyses: ["lung-nodule"] });
    expect(await jobsOf("1.1/1")).toEqual([{ priority: 10 }]);

    await database.query("insert into result values ('1.1', 1, 'input', 'results/1.1/1', '{\"analyses\": []}', '0.1.0', now())");
    await index.setState({ studyInstanceUid: "1.1", revision: 1 }, "read", []);
    await add("1.0", "20240101", "ARCHIVE", secondsAgo(60));
    await settle(now);
    expect(await standing("1.0")).toEqual(["unread", 1, "Not read by rule: “older”. It can be asked for all the same."]);
    expect(await standing("1.1")).toEqual(["waiting", 2, undefined]);
    await settle(now);
    expect(await jobsOf("1.1/2")).toEqual([{ priority: 10 }]);
  });
});
