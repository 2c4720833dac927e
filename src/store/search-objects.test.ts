import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import type { ObjectSearch, SearchMatch } from "../findings/object-search.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { searchObjects } from "./search-objects.ts";
import { StudyIndex } from "./study-index.ts";

interface Said {
  readonly study: string;
  readonly series: string;
  readonly number: number;
  readonly modality?: string;
  readonly name?: string;
  readonly date?: string;
}
const instance = ({ study, series, number, modality = "CT", name = "Li^Ming=李^明", date = "20260301" }: Said): ReceivedInstance => ({
  sopInstanceUid: `${series}.${number}`,
  sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  transferSyntaxUid: "1.2.840.10008.1.2.1",
  instanceNumber: number,
  series: {
    seriesInstanceUid: series,
    modality,
    seriesNumber: 3,
    seriesDescription: "100% lung_1",
    protocolName: null,
    bodyPartExamined: "CHEST",
    manufacturer: null,
  },
  study: {
    studyInstanceUid: study,
    studyDate: date,
    studyTime: "101112",
    accessionNumber: `A${study}`,
    studyDescription: null,
    institutionName: null,
    patient: { id: `P${study}`, name, birthDate: null, sex: null, ageYears: null },
  },
  pixelKey: `studies/${series}.${number}`,
  bytes: 100,
  sha256: `${series}.${number}`,
  receivedAt: new Date(0),
  receivedBy: { way: "dimse", from: "CT1" },
});

const one = (key: string, ...values: string[]): SearchMatch => ({ key, kind: "one-of", values });
const like = (key: string, pattern: string, ignoreCase = false): SearchMatch => ({ key, kind: "text", patterns: [pattern], ignoreCase });

describe.each(storeKinds)("on $name", ({ start }) => {
  let server: StoreServer;
  let database: Database;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await migrate(database);
    const index = new StudyIndex(database, () => new Date(0));
    const given = [
      { study: "1", series: "1.1", number: 2 },
      { study: "1", series: "1.1", number: 1 },
      { study: "1", series: "1.2", number: 1, modality: "SR" },
      { study: "2", series: "2.1", number: 1, name: "Wu^Li", date: "20260415" },
    ];
    for (const each of given) await index.add(instance(each));
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });

  const find = (level: ObjectSearch["level"], matches: readonly SearchMatch[], page: Partial<ObjectSearch> = {}) =>
    searchObjects(database, { level, matches, offset: 0, limit: 100, ...page });
  const studies = async (...matches: SearchMatch[]): Promise<string[]> =>
    (await find("study", matches)).map(({ instance: { studyInstanceUid } }) => studyInstanceUid);

  test("studies come latest first, with their modalities and counts and one instance each", async () => {
    expect(await find("study", [])).toMatchObject([
      { instance: { studyInstanceUid: "2" }, study: { modalities: ["CT"], series: 1, instances: 1 }, series: null },
      { instance: { sopInstanceUid: "1.1.1", pixelKey: "studies/1.1.1" }, study: { modalities: ["CT", "SR"], series: 2, instances: 3 } },
    ]);
  });

  test("series and instances are found within their study, in their order and page by page", async () => {
    expect(await find("series", [one("StudyInstanceUID", "1")])).toMatchObject([
      { series: { instances: 2 } },
      { series: { instances: 1 } },
    ]);
    const uids = async (page: Partial<ObjectSearch>) =>
      (await find("instance", [one("SeriesInstanceUID", "1.1")], page)).map((each) => each.instance.sopInstanceUid);
    expect(await uids({})).toEqual(["1.1.1", "1.1.2"]);
    expect(await uids({ offset: 1, limit: 1 })).toEqual(["1.1.2"]);
  });

  test.each<[string, SearchMatch, string[]]>([
    ["a name in any of its alphabets", like("PatientName", "李*", true), ["1"]],
    ["a name whatever its case", like("PatientName", "wu^*", true), ["2"]],
    ["a pattern with single characters", like("PatientID", "P?"), ["2", "1"]],
    ["a text in which SQL would see a wildcard", like("AccessionNumber", "A%"), []],
    ["a date in a range", { key: "StudyDate", kind: "range", from: "20260401", to: null }, ["2"]],
    ["a range that ends with a month", { key: "StudyDate", kind: "range", from: null, to: "202603" }, ["1"]],
    ["one modality of several", one("ModalitiesInStudy", "SR"), ["1"]],
    ["several UIDs", one("StudyInstanceUID", "1", "2", "9"), ["2", "1"]],
    ["what would close a string in SQL", like("PatientID", "' or true --"), []],
  ])("studies are found by %s", async (_what, match, found) => {
    expect(await studies(match)).toEqual(found);
  });

  test("numbers are compared as numbers, and texts keep their special characters", async () => {
    expect(await find("series", [{ key: "SeriesNumber", kind: "number", value: 3 }])).toHaveLength(3);
    expect(await find("series", [like("SeriesDescription", "100% lung_1")])).toHaveLength(3);
    expect(await find("series", [like("SeriesDescription", "100% lung?1")])).toHaveLength(3);
  });

  test("an attribute that nothing is found by is the caller's mistake", async () => {
    await expect(find("study", [one("PatientWeight", "70")])).rejects.toThrow(RangeError);
  });
});
