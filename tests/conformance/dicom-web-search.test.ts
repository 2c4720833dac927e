import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeRead, writeSlices } from "../flow/sent.ts";
import { dicomWebServer, type RunningServer } from "./dicom-web-server.ts";

const root = mkdtempSync(join(tmpdir(), "overread-web-search-"));
let server: RunningServer;
let viewed: string[];

type Found = Record<string, { vr: string; Value?: unknown[] }>;

beforeAll(async () => {
  viewed = [];
  server = await dicomWebServer(join(root, "store"), { viewed: async (_request, study) => void viewed.push(study) });
  writeSlices(join(root, "a"), 3, {
    uidParts: ["a"],
    patientName: "Wang^Li=王^力",
    patientId: "A-1",
    studyDate: "20260102",
    studyInstanceUid: "1.2.1",
  });
  writeSlices(join(root, "a2"), 2, {
    uidParts: ["a2"],
    patientName: "Wang^Li=王^力",
    patientId: "A-1",
    studyDate: "20260102",
    studyInstanceUid: "1.2.1",
    seriesNumber: 2,
  });
  writeSlices(join(root, "b"), 2, {
    uidParts: ["b"],
    patientName: "Doe^Jane",
    patientId: "B-1",
    studyDate: "20260301",
    studyInstanceUid: "1.2.2",
  });
  writeRead(join(root, "c"));
  for (const folder of ["a", "a2", "b", "c"])
    for (const name of readdirSync(join(root, folder))) {
      const body = Buffer.concat([
        Buffer.from("--x\r\nContent-Type: application/dicom\r\n\r\n"),
        readFileSync(join(root, folder, name)),
        Buffer.from("\r\n--x--"),
      ]);
      const answer = await fetch(`${server.url}/studies`, {
        method: "POST",
        headers: { "content-type": "multipart/related; boundary=x" },
        body,
      });
      expect(answer.status).toBe(200);
    }
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

async function search(path: string): Promise<Found[]> {
  const answer = await fetch(server.url + path, { headers: { accept: "application/dicom+json" } });
  if (answer.status === 204) return [];
  expect(answer.headers.get("content-type")).toBe("application/dicom+json");
  return (await answer.json()) as Found[];
}

const valuesOf = (found: readonly Found[], tag: string): unknown[] => found.map((one) => one[tag]?.Value?.[0]);

test("studies come with what table 10.6.3-3 asks for, counts and modalities included", async () => {
  const [study] = await search("/studies?StudyInstanceUID=1.2.1");
  for (const tag of [
    "00080020",
    "00080030",
    "00080050",
    "00080090",
    "00100010",
    "00100020",
    "00100030",
    "00100040",
    "0020000D",
    "00200010",
  ])
    expect(study).toHaveProperty(tag);
  expect(study).toMatchObject({
    "00080061": { vr: "CS", Value: ["CT"] },
    "00081190": { Value: [`${server.url}/studies/1.2.1`] },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Wang^Li", Ideographic: "王^力" }] },
    "00201206": { vr: "IS", Value: [2] },
    "00201208": { vr: "IS", Value: [5] },
  });
  expect(Object.keys(study ?? {})).toEqual(Object.keys(study ?? {}).sort());
});

test.each([
  ["PatientName=wang*", ["1.2.1"]],
  ["PatientName=*王*", ["1.2.1"]],
  ["PatientID=?-1", ["1.2.1", "1.2.2"]],
  ["PatientID=a-1", []],
  ["StudyDate=20260102", ["1.2.1", "2.25.7"]],
  ["StudyDate=20260201-", ["1.2.2"]],
  ["StudyDate=-20260228", ["1.2.1", "2.25.7"]],
  ["ModalitiesInStudy=OT", ["2.25.7"]],
  ["StudyInstanceUID=1.2.1,1.2.2", ["1.2.1", "1.2.2"]],
  ["PatientID=&limit=1&offset=1", ["1.2.2"]],
  ["AccessionNumber=none", []],
])("studies by %s", async (query, expected) => {
  expect(valuesOf(await search(`/studies?${query}`), "0020000D")).toEqual(expected);
});

test("series and instances are found at every level, and show the levels that the address does not fix", async () => {
  const ofStudy = await search("/studies/1.2.1/series");
  expect(valuesOf(ofStudy, "00201209")).toEqual([3, 2]);
  expect(ofStudy[0]).not.toHaveProperty("00100010");
  const series = String(valuesOf(ofStudy, "0020000E")[1]);
  expect(valuesOf(await search("/series?PatientID=B-1"), "00100020")).toEqual(["B-1"]);
  expect((await search("/series")).length).toBe(8);
  expect((await search("/instances")).length).toBe(12);
  expect((await search("/studies/1.2.1/instances")).length).toBe(5);
  const instances = await search(`/studies/1.2.1/series/${series}/instances?InstanceNumber=2`);
  expect(instances.length).toBe(1);
  expect(instances[0]).toMatchObject({ "00280010": { vr: "US", Value: [32] }, "00083002": { vr: "UI", Value: ["1.2.840.10008.1.2.1"] } });
  expect(String(valuesOf(instances, "00081190")[0])).toMatch(new RegExp(`/studies/1.2.1/series/${series}/instances/[0-9.]+$`));
});

test("fields that are asked for come too: one by name, one by tag, or all", async () => {
  const [plain] = await search("/studies/1.2.2/instances?limit=1");
  expect(plain).not.toHaveProperty("00280030");
  const [more] = await search("/studies/1.2.2/instances?limit=1&includefield=PixelSpacing&includefield=00180060");
  expect(more).toMatchObject({ "00280030": { Value: [1, 1] }, "00180060": { Value: [120] } });
  const [all] = await search("/studies/1.2.2/instances?limit=1&includefield=all");
  expect(Object.keys(all ?? {}).length).toBeGreaterThan(40);
});

test("metadata of a series and of a study are those of its instances", async () => {
  const study = (await (await fetch(`${server.url}/studies/1.2.1/metadata`)).json()) as Found[];
  const series = String(valuesOf(study, "0020000E")[0]);
  const ofSeries = (await (await fetch(`${server.url}/studies/1.2.1/series/${series}/metadata`)).json()) as Found[];
  expect(study.length).toBe(5);
  expect(ofSeries).toEqual(study.slice(0, 3));
});

test("a bulk value comes back as it stands in the file", async () => {
  const [instance] = (await (await fetch(`${server.url}/studies/1.2.2/metadata`)).json()) as [Record<string, { BulkDataURI: string }>];
  const answer = await fetch(String(instance["7FE00010"]?.BulkDataURI), { headers: { accept: "application/octet-stream" } });
  const pixels = Buffer.from(await answer.arrayBuffer());
  expect(pixels.length).toBe(32 * 32 * 2);
  expect(readFileSync(join(root, "b", "1.dcm")).includes(pixels)).toBe(true);
});

test("what is handed out of a study is told, by whom; a search is not", async () => {
  viewed.length = 0;
  await search("/studies");
  await fetch(`${server.url}/studies/1.2.2/metadata`);
  await fetch(`${server.url}/studies/9.9.9`);
  expect(viewed).toEqual(["1.2.2"]);
});

test("who may not is told so before anything is looked for", async () => {
  const asked: string[] = [];
  const closed = await dicomWebServer(join(root, "closed"), {
    guard: (action) => async (_request, reply) => {
      asked.push(action);
      return reply.code(403).send();
    },
    search: async () => {
      throw new Error("looked for");
    },
  });
  for (const path of ["/studies", "/studies/1.2.1", "/studies/1/series/2/instances/3/frames/1", "/studies/1/metadata"])
    expect((await fetch(closed.url + path)).status).toBe(403);
  const body = "--x--";
  expect(
    (await fetch(`${closed.url}/studies`, { method: "POST", headers: { "content-type": "multipart/related; boundary=x" }, body })).status,
  ).toBe(403);
  await closed.close();
  expect(asked).toEqual(["study.view", "study.view", "study.view", "study.view", "study.receive"]);
});
