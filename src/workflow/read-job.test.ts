import { expect, test } from "vitest";
import { type Reason, reason } from "../base/reason.ts";
import type { ReadResult } from "../findings/read-result.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import { type ComputeOutcome, type ReadJobPorts, runReadJob } from "./read-job.ts";

const job = { studyInstanceUid: "1.2", revision: 2 };
const signal = new AbortController().signal;

const instance = (n: number, changes: Partial<ReceivedInstance["series"]> = {}): ReceivedInstance => ({
  sopInstanceUid: `1.2.${n}`,
  sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  transferSyntaxUid: "1.2.840.10008.1.2.1",
  instanceNumber: n,
  series: {
    seriesInstanceUid: "1.2.0",
    modality: "CT",
    seriesNumber: 1,
    seriesDescription: null,
    protocolName: null,
    bodyPartExamined: null,
    manufacturer: "Acme",
    ...changes,
  },
  study: {
    studyInstanceUid: "1.2",
    studyDate: null,
    studyTime: null,
    accessionNumber: null,
    studyDescription: null,
    institutionName: null,
    patient: { id: null, name: null, birthDate: null, sex: null, ageYears: null },
  },
  pixelKey: `studies/1.2/${n}`,
  bytes: 10,
  sha256: `hash ${n}`,
  receivedAt: new Date(0),
  receivedBy: { way: "dimse", from: "CT1" },
});

type Outcome = ReadResult["analyses"][number]["outcome"];
const text = { code: "c", values: {}, text: "c" };

/** A result as far as a job looks into it. */
const resultOf = (...outcomes: Outcome[]): ReadResult =>
  ({ analyses: outcomes.map((outcome) => ({ outcome, because: [text] })) }) as unknown as ReadResult;

function room(
  instances: readonly ReceivedInstance[],
  outcome: ComputeOutcome | Error,
  revision: number | null = 2,
  priorUid: string | null = null,
  missing: Reason | null = null,
) {
  const states: string[] = [];
  const lent: string[][] = [];
  const put: string[] = [];
  const computedOf: [string, string | Reason | null, ...string[]][] = [];
  let saved: { revision: number; input: string; result: ReadResult } | null = null;
  const standing = { revision: revision ?? 0, askedRevision: null as number | null, analyses: null as string[] | null };
  const ports: ReadJobPorts = {
    index: {
      standing: async () => (revision === null ? null : standing),
      priorOf: async () => priorUid,
      priorMissing: async () => missing,
      instances: async ({ studyInstanceUid }) => (studyInstanceUid === priorUid ? [instance(90)] : instances),
      setState: async (_job, state, because) => void states.push([state, ...because.map(({ code }) => code)].join(" ")),
      latestResult: async () => saved,
      saveResult: async (of, made) => {
        saved = { ...made, revision: of.revision };
      },
    },
    pixels: {
      lend: async (keys, work) => {
        lent.push([...keys]);
        return work(`/lent ${lent.length}`);
      },
      put: async (key) => {
        put.push(key);
        return { bytes: 1, sha256: "" };
      },
    },
    compute: async ({ study, prior, analyses }, use) => {
      computedOf.push([study, prior, ...(analyses ?? [])]);
      if (outcome instanceof Error) throw outcome;
      return use(outcome);
    },
    say: ({ code, values }) => ({ code, values: { ...values }, text: code }),
    program: "1",
  };
  return { ports, states, lent, put, computedOf, standing, saved: () => saved };
}

async function* files() {
  yield { path: "findings.json", bytes: (async function* () {})() };
  yield { path: "dicom/report.dcm", bytes: (async function* () {})() };
}
const computed = (...outcomes: Outcome[]): ComputeOutcome => ({
  kind: "computed",
  computed: { result: resultOf(...outcomes), files: files() },
});

test("the images are lent, the files are kept under the revision, and then the study is read", async () => {
  const { ports, states, lent, put } = room([instance(1), instance(2)], computed("done"));
  await runReadJob(job, ports, signal);
  expect(lent).toEqual([["studies/1.2/1", "studies/1.2/2"]]);
  expect(put).toEqual(["results/1.2/2/findings.json", "results/1.2/2/dicom/report.dcm"]);
  expect(states).toEqual(["reading", "read"]);
});

test("an earlier study of the same person is lent beside it", async () => {
  const { ports, lent, computedOf } = room([instance(1)], computed("done"), 2, "1.1");
  await runReadJob(job, ports, signal);
  expect(lent).toEqual([["studies/1.2/1"], ["studies/1.2/90"]]);
  expect(computedOf).toEqual([["/lent 1", "/lent 2"]]);
});

test("a child hears why there is no earlier study, but not where one is here", async () => {
  const missing = reason("prior.source-away", { peer: "PACS" });
  const without = room([instance(1)], computed("done"), 2, null, missing);
  await runReadJob(job, without.ports, signal);
  expect(without.computedOf).toEqual([["/lent 1", missing]]);
  const beside = room([instance(1)], computed("done"), 2, "1.1", missing);
  await runReadJob(job, beside.ports, signal);
  expect(beside.computedOf).toEqual([["/lent 1", "/lent 2"]]);
});

test("a second run of the same job reads nothing again, and neither do a report that came in and a result of our own that came back", async () => {
  const instances = [instance(1)];
  const { ports, lent, states } = room(instances, computed("done"));
  await runReadJob(job, ports, signal);
  instances.push(instance(2, { modality: "SR" }), instance(3, { modality: "OT", manufacturer: "Overread" }));
  await runReadJob(job, ports, signal);
  expect(lent).toHaveLength(1);
  expect(states).toEqual(["reading", "read", "read"]);
});

test("what somebody asks for is read again once, though this program has read the same images", async () => {
  const { ports, lent, standing } = room([instance(1)], computed("done"));
  await runReadJob(job, ports, signal);
  standing.revision = standing.askedRevision = 3;
  const again = { ...job, revision: 3 };
  await runReadJob(again, ports, signal);
  await runReadJob(again, ports, signal);
  // A result that came back.
  standing.revision = 4;
  await runReadJob({ ...job, revision: 4 }, ports, signal);
  expect(lent).toHaveLength(2);
});

test("the analyses that are asked for go to the child, and others make another reading", async () => {
  const { ports, computedOf, standing } = room([instance(1)], computed("done"));
  await runReadJob(job, ports, signal);
  standing.analyses = ["lung-nodule"];
  await runReadJob(job, ports, signal);
  await runReadJob(job, ports, signal);
  expect(computedOf).toEqual([
    ["/lent 1", null],
    ["/lent 2", null, "lung-nodule"],
  ]);
});

test("what failed, and what another program read, is read again", async () => {
  const { ports, lent } = room([instance(1)], computed("failed"));
  await runReadJob(job, ports, signal);
  await runReadJob(job, ports, signal);
  expect(lent).toHaveLength(2);
  const other = room([instance(1)], computed("done"));
  await runReadJob(job, other.ports, signal);
  await runReadJob(job, { ...other.ports, program: "2" }, signal);
  expect(other.lent).toHaveLength(2);
});

test("a late slice is read again with the others", async () => {
  const instances = [instance(1)];
  const { ports, lent } = room(instances, computed("done"));
  await runReadJob(job, ports, signal);
  instances.push(instance(2));
  await runReadJob(job, ports, signal);
  expect(lent.at(-1)).toHaveLength(2);
});

test("a job whose study has moved on, or is gone, does nothing", async () => {
  for (const revision of [3, null]) {
    const { ports, states, lent } = room([instance(1)], computed("done"), revision);
    await runReadJob(job, ports, signal);
    expect([...states, ...lent]).toEqual([]);
  }
});

test("a study without images stays unread and says why", async () => {
  const { ports, states } = room([instance(1, { modality: "SR" })], computed("done"));
  await runReadJob(job, ports, signal);
  expect(states).toEqual(["unread job.no-images"]);
});

test.each<[Outcome[], string]>([
  [["done", "declined"], "read c"],
  [["partial"], "read c"],
  [["declined", "declined"], "unread c c"],
  [["done", "failed"], "failed c"],
])("analyses that end as %s leave the study %s", async (outcomes, state) => {
  const { ports, states } = room([instance(1)], computed(...outcomes));
  await runReadJob(job, ports, signal);
  expect(states.at(-1)).toBe(state);
});

test("files that hold nothing readable leave the study unread with the child's reasons", async () => {
  const { ports, states } = room([instance(1)], { kind: "nothing", because: [text] });
  await runReadJob(job, ports, signal);
  expect(states).toEqual(["reading", "unread c"]);
});

test("a child that dies is the queue's to retry: the fault is passed on and no result is kept", async () => {
  const { ports, saved } = room([instance(1)], new Error("died"));
  await expect(runReadJob(job, ports, signal)).rejects.toThrow("died");
  expect(saved()).toBeNull();
});
