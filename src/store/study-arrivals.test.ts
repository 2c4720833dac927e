import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { unknownPerson } from "../findings/person.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { at, jane, slice, withoutSeries } from "./sample-slice.ts";
import { StudyArrivals } from "./study-arrivals.ts";
import { StudyIndex } from "./study-index.ts";

type Announced = NonNullable<ReceivedInstance["announced"]>;
const announced = (some: Partial<Announced>): Partial<ReceivedInstance> => ({
  announced: { studyInstances: null, studySeries: null, seriesInstances: null, ...some },
});

describe.each(storeKinds)("on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let index: StudyIndex;
  let arrivals: StudyArrivals;
  let studies = 0;
  const newStudy = (): string => `1.2.${++studies}`;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    index = new StudyIndex(database, () => at(1000));
    arrivals = new StudyArrivals(database);
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  const quietOf = async (...uids: string[]): Promise<string[]> =>
    (await arrivals.quiet(at(30))).map(({ studyInstanceUid }) => studyInstanceUid).filter((uid) => uids.includes(uid));
  const announcedOf = async (uid: string): Promise<unknown> =>
    (await arrivals.quiet(at(3000))).find(({ studyInstanceUid }) => studyInstanceUid === uid)?.announced;

  test("a study is quiet when nothing came since then, when all that was announced is there, and while it waits", async () => {
    const [late, early, whole, waiting, read] = [newStudy(), newStudy(), newStudy(), newStudy(), newStudy()];
    for (const [uid, n] of [[late, 59], [early, 1], [waiting, 57], [read, 1]] as const) await index.add(slice(uid, n)); // biome-ignore format: one table
    await index.setState({ studyInstanceUid: waiting, revision: 1 }, "waiting", []);
    await index.setState({ studyInstanceUid: read, revision: 1 }, "read", []);
    await index.add(slice(whole, 58, announced({ studyInstances: 2 })));
    expect(await quietOf(late, early, whole, waiting, read)).toEqual([early, waiting]);
    await index.add(slice(whole, 59));
    expect(await quietOf(late, early, whole, waiting, read)).toEqual([early, waiting, whole]);
  });

  test("what was announced is counted by study, or by series where all series say it and all are there; of several numbers the highest", async () => {
    const [byStudy, bySeries, silent] = [newStudy(), newStudy(), newStudy()];
    const inSecond = (uid: string, more: Partial<ReceivedInstance>): ReceivedInstance => {
      const first = slice(uid, 1, more);
      return { ...first, sopInstanceUid: `${uid}.2.1`, series: { ...first.series, seriesInstanceUid: `${uid}.2` } };
    };
    await index.add(slice(silent, 1));
    await index.add(slice(byStudy, 1, announced({ studyInstances: 1 })));
    await index.add(slice(byStudy, 2, announced({ studyInstances: 3 })));
    await index.add(slice(byStudy, 2, announced({ studyInstances: 9 })));
    expect([await announcedOf(silent), await announcedOf(byStudy)]).toEqual([null, "more"]);
    await index.add(slice(byStudy, 3, announced({ studyInstances: 2 })));
    expect(await announcedOf(byStudy)).toBe("all");

    await index.add(slice(bySeries, 1, announced({ studySeries: 2, seriesInstances: 1 })));
    expect(await announcedOf(bySeries)).toBe("more");
    await index.add(inSecond(bySeries, announced({ seriesInstances: 1 })));
    expect(await announcedOf(bySeries)).toBe("all");
  });

  test("senders are listed once each, with how and whence they sent", async () => {
    const uid = newStudy();
    const from = (host: string) => ({ receivedBy: { way: "dimse", from: "CT1", host } }) as const;
    await index.add(slice(uid, 1, from("10.0.0.1")));
    await index.add(slice(uid, 2, from("10.0.0.1")));
    await index.add(slice(uid, 3, { receivedBy: { way: "folder", from: null } }));
    const senders = await arrivals.senders(uid);
    expect(senders).toHaveLength(2);
    expect(senders).toEqual(
      expect.arrayContaining([
        { way: "dimse", from: "CT1", host: "10.0.0.1" },
        { way: "folder", from: null },
      ]),
    );
  });

  test("a study stands at its revision and as it was planned, until somebody asks: then it is read by all at the next revision", async () => {
    const uid = newStudy();
    expect(await arrivals.standing(uid)).toBeNull();
    await index.add(slice(uid, 1));
    expect(await arrivals.standing(uid)).toEqual({ revision: 1, askedRevision: null, analyses: null });
    const plan = { analyses: ["lung-nodule"], urgent: true };
    await index.setState({ studyInstanceUid: uid, revision: 1 }, "waiting", [], plan);
    await index.setState({ studyInstanceUid: uid, revision: 1 }, "read", []);
    expect(await arrivals.standing(uid)).toEqual({ revision: 1, askedRevision: null, analyses: ["lung-nodule"] });
    await index.reopen(uid);
    expect((await arrivals.quiet(at(0))).find(({ studyInstanceUid }) => studyInstanceUid === uid)).toMatchObject({ plan, asked: false });
    await index.askToRead(uid);
    expect(await arrivals.standing(uid)).toEqual({ revision: 3, askedRevision: 3, analyses: null });
    expect((await arrivals.quiet(at(0))).find(({ studyInstanceUid }) => studyInstanceUid === uid)).toMatchObject({
      plan: null,
      asked: true,
    });
  });

  test("what is asked for while images still come in is read with them", async () => {
    const uid = newStudy();
    await index.add(slice(uid, 1));
    await index.askToRead(uid);
    expect(await arrivals.standing(uid)).toMatchObject({ revision: 1, askedRevision: 1 });
    expect(await index.study(uid)).toMatchObject({ state: "receiving" });
  });

  test("studies that a later arrival is the prior of are those of the same person that were read with nothing to compare with", async () => {
    const person = { id: "P30" };
    const add = async (uid: string, studyDate: string, patient = person, receivedAt = at(500)): Promise<void> => {
      const given = slice(uid, 1, { receivedAt }, patient);
      await index.add({ ...given, study: { ...given.study, studyDate } });
    };
    const read = async (uid: string, comparison: object): Promise<void> => {
      const result = { ...emptyResult, analyses: [{ ...emptyAnalysis, ...comparison }] };
      const at1 = { studyInstanceUid: uid, revision: 1 };
      await index.saveResult(at1, { input: "a", folderKey: "f", result });
      await index.setState(at1, "read", []);
    };
    await add("30.1", "20250101");
    await add("30.2", "20250601");
    await add("30.3", "20250601");
    await add("30.4", "20250601", { id: "P31" });
    await add("30.5", "20240101");
    await add("30.6", "20250601", person, at(100));
    await add("30.7", "20250601");
    for (const uid of ["30.2", "30.4", "30.5", "30.6"]) await read(uid, {});
    await read("30.3", { comparison: { kind: "none" } });
    expect(await arrivals.readWithoutPrior("30.1", at(400))).toEqual(["30.2"]);
  });
});

const emptyAnalysis: AnalysisReading = {
  id: "lung-nodule",
  outcome: "done",
  because: [],
  models: [],
  operatingPoint: null,
  measurements: [],
  findings: [],
  notAssessed: [],
};
const emptyResult: Omit<ReadResult, "analyses"> = {
  schema: 1,
  overread: { version: "0.1.0", commit: "0" },
  status: "unconfirmed",
  language: "en",
  study: { ...withoutSeries("1.2"), patient: jane },
  intake: [],
  person: unknownPerson,
  series: [],
  assessments: [],
  risks: [],
};
