import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import type { FoundSeries, FoundStudy } from "../dicom/found-study.ts";
import type { StudyRecord } from "../findings/study-record.ts";
import { fetchPrior, type PriorSource } from "./fetch-priors.ts";

const jane = { id: "P1", name: "Doe^Jane", birthDate: "19600101", sex: "F", ageYears: null };
const study = (studyInstanceUid: string, more: Partial<StudyRecord> = {}): StudyRecord => ({
  studyInstanceUid,
  studyDate: "20260102",
  studyTime: "101112",
  accessionNumber: null,
  studyDescription: "CT Thorax",
  patient: jane,
  state: "waiting",
  because: [],
  revision: 1,
  lastReceivedAt: new Date(0),
  imagesRemovedAt: null,
  glance: null,
  ...more,
});
const found = (studyInstanceUid: string, more: Partial<FoundStudy> = {}, person: Partial<FoundStudy["patient"]> = {}): FoundStudy => ({
  studyInstanceUid,
  studyDate: "20250102",
  studyTime: null,
  studyDescription: null,
  modalities: ["CT"],
  instances: 3,
  patient: { id: "P1", issuer: null, name: "DOE^JANE^^", birthDate: "19600101", ...person },
  ...more,
});
const chest: FoundSeries = { modality: "CT", bodyPartExamined: "CHEST", seriesDescription: null, protocolName: null };

/** What a room's peers were made to do. */
function room(
  sources: Readonly<Record<string, readonly FoundStudy[] | Fault>>,
  more: {
    readonly of?: Partial<StudyRecord>;
    readonly series?: Readonly<Record<string, FoundSeries | Fault>>;
    readonly broken?: readonly string[];
    readonly here?: readonly StudyRecord[];
    readonly issuer?: string;
  } = {},
) {
  const said: string[] = [];
  const fetched = new Set<string>();
  const here = new Map([study("1.0", more.of), ...(more.here ?? [])].map((one) => [one.studyInstanceUid, one]));
  const run = (years = 5, signal: AbortSignal = new AbortController().signal) =>
    fetchPrior(
      "1.0",
      {
        sources: Object.entries(sources).map(
          ([name, answer]): PriorSource => ({
            name,
            studies: async ({ patientId, from, to }) => {
              said.push(`${name}: ${patientId} ${from} ${to}`);
              if (answer instanceof Fault) throw answer;
              return answer;
            },
            series: async (uid) => {
              const series = more.series?.[uid] ?? chest;
              if (series instanceof Fault) throw series;
              return [series];
            },
            retrieve: async (uid) => {
              said.push(`${name}: retrieve ${uid}`);
              if (more.broken?.includes(name)) throw new Fault("query.incomplete", { failed: 1 });
              fetched.add(uid);
            },
          }),
        ),
        index: {
          study: async (uid) => here.get(uid) ?? null,
          series: async () => [
            {
              seriesInstanceUid: "1",
              modality: "CT",
              seriesNumber: 1,
              seriesDescription: null,
              protocolName: null,
              bodyPartExamined: null,
              manufacturer: null,
            },
          ],
          priorOf: async () => more.here?.[0]?.studyInstanceUid ?? null,
          isHere: async (uid) => here.has(uid) || fetched.has(uid),
          fetchAgain: async () => {},
        },
        issuerOf: async () => more.issuer ?? null,
        fetched: async (uid, from) => void said.push(`whole ${uid} ${from}`),
        failed: (from, code) => void said.push(`failed ${from} ${code}`),
      },
      { years, signal },
    );
  return { said, run };
}
const retrieved = (said: readonly string[]): string[] => said.filter((line) => line.includes("retrieve"));

test("the latest earlier study of the person is fetched, once, from one who has it", async () => {
  const { said, run } = room({ A: [found("1.1", { studyDate: "20240101" }), found("1.2")], B: [found("1.2")] });
  expect(await run()).toBeNull();
  expect(said).toEqual(["A: P1 20210102 20260102", "B: P1 20210102 20260102", "A: retrieve 1.2", "whole 1.2 A"]);
});

test.each<[string, Partial<FoundStudy>, Partial<FoundStudy["patient"]>]>([
  ["of another ID, whatever the peer took the question for", {}, { id: "P10" }],
  ["of another birth date", {}, { birthDate: "19610101" }],
  ["of another name", {}, { name: "Roe^Jane" }],
  ["of an ID that another gave", {}, { issuer: "ELSEWHERE" }],
  ["of the same day", { studyDate: "20260102" }, {}],
  ["from before", { studyDate: "20200101" }, {}],
  ["without a date", { studyDate: null }, {}],
  ["of another modality", { modalities: ["MR", "SR"] }, {}],
  ["of another region", { studyDescription: "CT Schädel, skull" }, {}],
])("a study %s is not fetched, and nothing is said to be missing", async (_what, more, person) => {
  const { said, run } = room(
    { A: [found("1.1", more, person)] },
    { issuer: "HERE", series: { "1.1": { ...chest, bodyPartExamined: null } } },
  );
  expect(await run()).toBeNull();
  expect(retrieved(said)).toEqual([]);
});

test("what a name loses in another character set is no contradiction", async () => {
  const { said, run } = room(
    { A: [found("1.1", {}, { name: "WáNG^Xio=^", issuer: "HERE" })] },
    { of: { patient: { ...jane, name: "Wáng^Xiǎo=王^小" } } },
  );
  expect(await run()).toBeNull();
  expect(retrieved(said)).toEqual(["A: retrieve 1.1"]);
});

test("a study that is here is not fetched, nor is one older than what is here", async () => {
  const same = room({ A: [found("1.1")] }, { here: [study("1.1", { studyDate: "20250102" })] });
  const later = room({ A: [found("1.1")] }, { here: [study("1.5", { studyDate: "20250601" })] });
  for (const { said, run } of [same, later]) {
    expect(await run()).toBeNull();
    expect(retrieved(said)).toEqual([]);
  }
});

test("a peer that is away is told, unless another has the study", async () => {
  const away = new Fault("send.nothing-listens", { system: "ECONNREFUSED" });
  const alone = room({ A: away });
  expect(await alone.run()).toEqual({ code: "prior.source-away", values: { peer: "A" } });
  expect(alone.said).toContain("failed A send.nothing-listens");
  expect(await room({ A: away, B: [found("1.1")] }).run()).toBeNull();
});

test("a study that does not come whole is asked of another peer, and no older one takes its place", async () => {
  const both = room({ A: [found("1.2"), found("1.1", { studyDate: "20240101" })], B: [found("1.2")] }, { broken: ["A"] });
  expect(await both.run()).toBeNull();
  expect(retrieved(both.said)).toEqual(["A: retrieve 1.2", "B: retrieve 1.2"]);
  const one = room({ A: [found("1.2"), found("1.1", { studyDate: "20240101" })] }, { broken: ["A"] });
  expect(await one.run()).toEqual({ code: "prior.not-fetched", values: { peer: "A" } });
  expect(retrieved(one.said)).toEqual(["A: retrieve 1.2"]);
});

test("when the time is over nobody is asked any more, and that is said", async () => {
  const { said, run } = room({ A: [found("1.1")] });
  expect(await run(5, AbortSignal.abort())).toEqual({ code: "prior.not-in-time", values: { peer: "A" } });
  expect(said).toEqual(["failed A prior.not-in-time"]);
});

test.each<[string, Partial<StudyRecord>, number]>([
  ["the settings say none", {}, 0],
  ["nobody knows whose it is", { patient: { ...jane, id: null } }, 5],
  ["the ID would stand for others too", { patient: { ...jane, id: "P*" } }, 5],
  ["it has no date", { studyDate: null }, 5],
])("nobody is asked where %s", async (_why, of, years) => {
  const { said, run } = room({ A: [found("1.1")] }, { of });
  expect(await run(years)).toBeNull();
  expect(said).toEqual([]);
});
