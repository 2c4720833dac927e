import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import type { ReceivedBy, ReceivedInstance } from "../findings/received-instance.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { type Peer, Peers } from "./peers.ts";
import { StudyIndex } from "./study-index.ts";

const fetched: ReceivedBy = { way: "prior", from: "PACS" };
const pushed: ReceivedBy = { way: "dimse", from: "CT1" };

/** Slice n of a study of one person. */
const slice = (studyInstanceUid: string, n: number, receivedBy: ReceivedBy, studyDate = "20250101"): ReceivedInstance => ({
  sopInstanceUid: `${studyInstanceUid}.1.${n}`,
  sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  transferSyntaxUid: "1.2.840.10008.1.2.1",
  instanceNumber: n,
  series: {
    seriesInstanceUid: `${studyInstanceUid}.1`,
    modality: "CT",
    seriesNumber: 1,
    seriesDescription: null,
    protocolName: null,
    bodyPartExamined: null,
    manufacturer: null,
  },
  study: {
    studyInstanceUid,
    studyDate,
    studyTime: null,
    accessionNumber: null,
    studyDescription: null,
    institutionName: null,
    patient: { id: "FETCHED", name: "Doe^Jane", birthDate: null, sex: null, ageYears: null },
  },
  pixelKey: `studies/${studyInstanceUid}/${n}`,
  bytes: 10,
  sha256: `${n}`,
  receivedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, n)),
  receivedBy,
});
const why = { code: "prior.fetched", values: {}, text: "Fetched." };

describe.each(storeKinds)("on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  let index: StudyIndex;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    index = new StudyIndex(database, () => new Date(0));
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  const standing = async (uid: string): Promise<unknown[]> => {
    const study = await index.study(uid);
    return [study?.state, study?.revision, study?.because.map(({ code }) => code)];
  };
  const listed = async (search?: string): Promise<string[]> =>
    (await index.studies({ limit: 50, search })).map(({ studyInstanceUid }) => studyInstanceUid);

  test("a study that is fetched is no work, is found by searching, and is compared with when it is here as a whole", async () => {
    await index.add(slice("1.2", 1, pushed, "20260101"));
    await index.add(slice("1.1", 1, fetched));
    expect(await standing("1.1")).toEqual(["unread", 1, []]);
    expect(await listed()).toEqual(["1.2"]);
    expect((await listed("FETCHED")).sort()).toEqual(["1.1", "1.2"]);
    expect([await index.isHere("1.1"), await index.priorOf("1.2")]).toEqual([false, null]);
    await index.add(slice("1.1", 2, fetched));
    await index.fetchedWhole("1.1", [why]);
    expect(await standing("1.1")).toEqual(["unread", 1, ["prior.fetched"]]);
    expect([await index.isHere("1.1"), await index.priorOf("1.2")]).toEqual([true, "1.1"]);
  });

  test.each([
    ["the same slice", 1, "duplicate"],
    ["another one", 3, "added"],
  ])("it becomes work when somebody sends %s of it", async (_what, n, said) => {
    const uid = `2.${n}`;
    await index.add(slice(uid, 1, fetched));
    await index.fetchedWhole(uid, [why]);
    expect(await index.add(slice(uid, n, pushed))).toBe(said);
    expect(await standing(uid)).toEqual(["receiving", 2, []]);
    expect(await listed()).toContain(uid);
    // Sent once more it is what any duplicate is.
    await index.add(slice(uid, n, pushed));
    expect(await standing(uid)).toEqual(["receiving", 2, []]);
  });

  test("it becomes work when somebody asks for it", async () => {
    await index.add(slice("3.1", 1, fetched));
    await index.fetchedWhole("3.1", [why]);
    await index.askToRead("3.1");
    expect(await standing("3.1")).toEqual(["waiting", 2, []]);
    expect(await listed()).toContain("3.1");
  });

  test("what is fetched of a study that is here changes nothing of it", async () => {
    await index.add(slice("4.1", 1, pushed));
    await index.setState({ studyInstanceUid: "4.1", revision: 1 }, "read", []);
    await index.add(slice("4.1", 2, fetched));
    expect(await standing("4.1")).toEqual(["read", 1, []]);
    expect((await index.instances({ studyInstanceUid: "4.1" })).length).toBe(2);
    expect(await index.isHere("4.1")).toBe(true);
  });

  test("a study whose images are not kept any more is fetched anew, and compared with when it is whole again", async () => {
    await index.add(slice("5.1", 1, pushed));
    await index.setState({ studyInstanceUid: "5.1", revision: 1 }, "read", []);
    await index.fetchAgain("5.1");
    expect(await index.isHere("5.1")).toBe(true);
    await database.query("delete from instance where study_uid = '5.1'");
    await database.query("update study set images_removed_at = now() where study_uid = '5.1'");
    expect(await index.isHere("5.1")).toBe(false);
    await index.fetchAgain("5.1");
    await index.add(slice("5.1", 1, fetched));
    expect(await index.isHere("5.1")).toBe(false);
    await index.fetchedWhole("5.1", [why]);
    expect(await index.isHere("5.1")).toBe(true);
    expect(await standing("5.1")).toEqual(["read", 1, []]);
    expect(await database.query("select images_removed_at from study where study_uid = '5.1'")).toEqual([{ images_removed_at: null }]);
  });

  test("that earlier studies were looked for is known of one revision, with what is missing", async () => {
    const at = { studyInstanceUid: "1.2", revision: 1 };
    expect(await index.priorsSought(at)).toBeNull();
    await index.setPriorsSought(at, { code: "prior.source-away", values: { peer: "PACS" } });
    expect(await index.priorMissing(at)).toEqual({ code: "prior.source-away", values: { peer: "PACS" } });
    expect(await index.priorsSought({ ...at, revision: 2 })).toBeNull();
    await index.setPriorsSought(at, null);
    expect(await index.priorsSought(at)).toEqual({ missing: null });
  });

  test("peers keep their roles, and one that is put again has the new ones", async () => {
    const peers = new Peers(database, () => new Date(0));
    const by = { who: { kind: "account", name: "admin" }, from: null } as const;
    const pacs: Peer = {
      aeTitle: "PACS",
      host: "10.0.0.9",
      port: 104,
      tls: true,
      certificateName: "pacs.example",
      mayStore: true,
      priors: "c-move",
      dicomWebUrl: null,
    };
    await peers.put(pacs, by);
    expect(await peers.list()).toEqual([pacs]);
    const web: Peer = {
      ...pacs,
      tls: false,
      certificateName: null,
      mayStore: false,
      priors: "dicomweb",
      dicomWebUrl: "https://pacs.example/web",
    };
    await peers.put(web, by);
    expect(await peers.list()).toEqual([web]);
    expect(await peers.remove("PACS", by)).toBe(true);
  });
});
