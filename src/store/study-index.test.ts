import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { unknownPerson } from "../findings/person.ts";
import type { ReadResult } from "../findings/read-result.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { at, jane, slice, withoutSeries } from "./sample-slice.ts";
import { StudyIndex } from "./study-index.ts";

const emptyResult: ReadResult = {
  schema: 1,
  overread: { version: "0.1.0", commit: "0" },
  status: "unconfirmed",
  language: "zh",
  study: { ...withoutSeries("1.2"), patient: jane },
  intake: [],
  person: unknownPerson,
  series: [],
  analyses: [],
  assessments: [],
  risks: [],
};

describe.each(storeKinds)("on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let index: StudyIndex;
  let studies = 0;
  const newStudy = (): string => `1.2.${++studies}`;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    index = new StudyIndex(database, () => at(1000));
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  const stateOf = async (uid: string): Promise<unknown[]> => {
    const study = await index.study(uid);
    return [study?.state, study?.revision];
  };

  test("an instance comes back as it was added, under its study and series", async () => {
    const uid = newStudy();
    const given = [slice(uid, 2), slice(uid, 1), slice(uid, 10)];
    for (const instance of given) expect(await index.add(instance)).toBe("added");
    expect((await index.instances({ studyInstanceUid: uid })).map(({ instanceNumber }) => instanceNumber)).toEqual([1, 2, 10]);
    expect(await index.instance(`${uid}.1.2`)).toEqual(given[0]);
    expect(await index.instances({ studyInstanceUid: uid, seriesInstanceUid: "1.9" })).toEqual([]);
    expect(await index.instance("1.9")).toBeNull();
    expect(await index.series(uid)).toEqual([{ ...given[0]?.series, instances: 3 }]);
    expect(await index.study(uid)).toMatchObject({ patient: jane, state: "receiving", revision: 1, because: [], lastReceivedAt: at(10) });
    expect(await index.study("1.9")).toBeNull();
  });

  test("an instance that comes again is a duplicate, and changes nothing; with other bytes it is told apart", async () => {
    const uid = newStudy();
    await index.add(slice(uid, 1));
    await index.setState({ studyInstanceUid: uid, revision: 1 }, "read", []);
    expect(await index.add(slice(uid, 1, { receivedAt: at(50), pixelKey: "elsewhere" }))).toBe("duplicate");
    expect(await index.add(slice(uid, 1, { sha256: "f".repeat(64) }))).toBe("other-bytes");
    expect(await index.study(uid)).toMatchObject({ state: "read", revision: 1, lastReceivedAt: at(1) });
    expect(await index.instance(`${uid}.1.1`)).toEqual(slice(uid, 1));
  });

  test("of many adds at once of the same instances each is added once, and none fails", async () => {
    const uid = newStudy();
    const adds = Array.from({ length: 60 }, (_, n) => index.add(slice(uid, n % 6)));
    const said = await Promise.all(adds);
    expect(said.filter((word) => word === "added")).toHaveLength(6);
    expect(said.filter((word) => word === "duplicate")).toHaveLength(54);
    expect(await index.instances({ studyInstanceUid: uid })).toHaveLength(6);
    expect(await stateOf(uid)).toEqual(["receiving", 1]);
  });

  test.each([
    ["another ID", { id: "P2" }, {}, "other-person"],
    ["the same ID, the name written otherwise", { name: "DOE^JANE" }, {}, "added"],
    ["no ID, and another name", { id: null, name: "Roe^Ann" }, {}, "other-person"],
    ["no ID, and another birth date", { id: null, birthDate: "19600102" }, {}, "other-person"],
    ["no ID, and the same name", { id: null }, {}, "added"],
    ["nothing said of the person", { id: null, name: null, birthDate: null }, {}, "added"],
    ["an ID where the first had none, and the same name", {}, { id: null }, "added"],
    ["an ID where the first had none, and another name", { name: "Roe^Ann" }, { id: null }, "other-person"],
  ] as const)("a study's next instance with %s", async (_, second, first, expected) => {
    const uid = newStudy();
    await index.add(slice(uid, 1, {}, first as object));
    await index.setState({ studyInstanceUid: uid, revision: 1 }, "read", []);
    expect(await index.add(slice(uid, 2, {}, second as object))).toBe(expected);
    expect(await stateOf(uid)).toEqual(expected === "added" ? ["receiving", 2] : ["read", 1]);
    expect(await index.instances({ studyInstanceUid: uid })).toHaveLength(expected === "added" ? 2 : 1);
  });

  test("what a later instance says of the person is learnt: a third person does not slip in behind an instance that said nothing", async () => {
    const uid = newStudy();
    await index.add(slice(uid, 1, {}, { id: null, name: null, birthDate: null } as object));
    expect(await index.add(slice(uid, 2))).toBe("added");
    expect(await index.add(slice(uid, 3, {}, { id: "P2" }))).toBe("other-person");
    expect((await index.study(uid))?.patient).toEqual(jane);
  });

  test.each(["waiting", "reading", "read", "unread", "failed"] as const)("a late slice reopens a study that is %s, once", async (state) => {
    const uid = newStudy();
    await index.add(slice(uid, 1));
    await index.setState({ studyInstanceUid: uid, revision: 1 }, state, [{ code: "x", values: {}, text: "x" }]);
    await Promise.all([index.add(slice(uid, 2)), index.add(slice(uid, 3))]);
    expect(await index.study(uid)).toMatchObject({ state: "receiving", revision: 2, because: [] });
    await index.setState({ studyInstanceUid: uid, revision: 1 }, "read", []);
    expect(await stateOf(uid)).toEqual(["receiving", 2]);
  });

  test("the worklist is found by state, patient, accession number and UID, and turned page by page", async () => {
    const uids = Array.from({ length: 5 }, newStudy);
    for (const [n, uid] of uids.entries()) await index.add(slice(uid, 1, { receivedAt: at(500 + n) }, { name: `Page^${n}_` }));
    const page = await index.studies({ search: "page^", limit: 2 });
    expect(page.map(({ studyInstanceUid }) => studyInstanceUid)).toEqual([uids[4], uids[3]]);
    const next = await index.studies({ search: "page^", limit: 9, before: page[1]?.lastReceivedAt });
    expect(next.map(({ studyInstanceUid }) => studyInstanceUid)).toEqual([uids[2], uids[1], uids[0]]);
    // Wildcards of SQL are letters here.
    expect(await index.studies({ search: "3_", limit: 9 })).toHaveLength(1);
    expect(await index.studies({ search: "%e^", limit: 9 })).toHaveLength(0);
    expect(await index.studies({ search: "A100%", limit: 3 })).toHaveLength(3);
    expect(await index.studies({ search: uids[0], limit: 9 })).toHaveLength(1);
    await index.setState({ studyInstanceUid: uids[1] ?? "", revision: 1 }, "failed", []);
    expect(await index.studies({ state: "failed", search: "page", limit: 9 })).toHaveLength(1);
  });

  test("a study is read again at the next revision, unless images still come in", async () => {
    const uid = newStudy();
    await index.add(slice(uid, 1));
    expect(await index.reopen(uid)).toBeNull();
    await index.setState({ studyInstanceUid: uid, revision: 1 }, "read", []);
    expect(await index.reopen(uid)).toBe(2);
    expect(await stateOf(uid)).toEqual(["waiting", 2]);
    expect(await index.reopen("1.9")).toBeNull();
  });

  test("the prior is the latest earlier study of the same person with images of the same modality", async () => {
    const add = async (studyUid: string, studyDate: string, patient: Partial<typeof jane>, modality = "CT"): Promise<void> => {
      const given = slice(studyUid, 1, {}, patient);
      await index.add({ ...given, series: { ...given.series, modality }, study: { ...given.study, studyDate } });
    };
    await add("7.1", "20250101", { id: "P7" });
    await add("7.2", "20250601", { id: "P7" });
    await add("7.3", "20250701", { id: "P7" }, "MR");
    await add("7.4", "20250702", { id: "P7", name: "Other^Person" });
    await add("7.5", "20250703", { id: "P8" });
    await add("7.6", "20260101", { id: "P7" });
    await add("7.7", "20260101", { id: null } as never);
    expect(await index.priorOf("7.6")).toBe("7.2");
    expect(await index.priorOf("7.2")).toBe("7.1");
    expect(await index.priorOf("7.1")).toBeNull();
    expect(await index.priorOf("7.7")).toBeNull();
  });

  test("a state that is set is heard by whoever listens, one of a revision gone by is not", async () => {
    await index.add(slice("8.1", 1));
    const heard: string[] = [];
    const stop = await index.onState(({ studyInstanceUid, state }) => heard.push(`${studyInstanceUid} ${state}`));
    await index.setState({ studyInstanceUid: "8.1", revision: 9 }, "failed", []);
    await index.setState({ studyInstanceUid: "8.1", revision: 1 }, "waiting", []);
    while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await stop();
    expect(heard).toEqual(["8.1 waiting"]);
  });

  test("headers that no database takes as they are do not stop an instance", async () => {
    const uid = newStudy();
    const odd = slice(uid, 1, { instanceNumber: 2 ** 40 }, { name: "A\0B\ud800" });
    expect(await index.add(odd)).toBe("added");
    expect(await index.instance(odd.sopInstanceUid)).toMatchObject({ instanceNumber: null, study: { patient: { name: "AB\ufffd" } } });
  });

  test("the latest result is that of the highest revision, and a reading run again takes its own place", async () => {
    const uid = newStudy();
    await index.add(slice(uid, 1));
    expect([await index.latestResult(uid), await index.folderOfLatestResult(uid)]).toEqual([null, null]);
    const save = (revision: number, input: string): Promise<void> =>
      index.saveResult({ studyInstanceUid: uid, revision }, { input, folderKey: `results/${uid}/${revision}`, result: emptyResult });
    await save(2, "b");
    await save(1, "a");
    await save(2, "c");
    expect(await index.latestResult(uid)).toEqual({ revision: 2, input: "c", folderKey: `results/${uid}/2`, result: emptyResult });
    expect(await index.folderOfLatestResult(uid)).toBe(`results/${uid}/2`);
    expect((await index.study(uid))?.glance).toEqual({ findings: 0, largestMm: null, categories: {}, changes: [] });
    const glance = { findings: 2, largestMm: 7.5, categories: { "lung-rads-2022": "3–4A" }, changes: ["new" as const] };
    await index.setGlance(uid, glance);
    expect((await index.study(uid))?.glance).toEqual(glance);
  });

  test("verdicts are kept in the order they were given", async () => {
    const uid = newStudy();
    await index.add(slice(uid, 1));
    const first = await index.addVerdict(uid, "dr.a", { trackingUid: "1.7", says: "rejected", reason: "vessel" });
    const second = await index.addVerdict(uid, "dr.b", { trackingUid: "1.7", says: "withdrawn", reason: null });
    expect(first).toEqual({
      id: first.id,
      account: "dr.a",
      saidAt: at(1000),
      given: { trackingUid: "1.7", says: "rejected", reason: "vessel" },
    });
    expect(await index.verdicts(uid)).toEqual([first, second]);
    expect(await index.verdicts("1.9")).toEqual([]);
  });

  test("a file that was set aside is noted once", async () => {
    const kept = { pixelKey: "quarantine/1", bytes: 9, sha256: "00", receivedAt: at(1), receivedBy: { way: "stow", from: "a" } } as const;
    const why = { sopInstanceUid: null, studyInstanceUid: "1.9", because: { code: "receive.other-bytes", values: {} } };
    await index.quarantine({ ...kept, ...why });
    await index.quarantine({ ...kept, ...why });
    expect(await database.query("select study_uid, because, received_by from quarantine")).toEqual([
      { study_uid: "1.9", because: why.because, received_by: kept.receivedBy },
    ]);
  });
});
