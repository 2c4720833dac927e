import { expect, test } from "vitest";
import type { Analysis, FindingDraft, Outcome, SeriesVolume } from "../analyses/analysis.ts";
import { Fault } from "../base/fault.ts";
import { reason } from "../base/reason.ts";
import { unknownPerson } from "../findings/person.ts";
import { type SeriesSummary, StudySummary } from "../findings/study.ts";
import { axialGrid } from "../volume/grid.ts";
import { patientPoint } from "../volume/space.ts";
import { inlineThreads } from "../volume/threads.ts";
import { volume } from "../volume/volume.ts";
import { type ReadPorts, readStudy } from "./read-study.ts";

const series: SeriesSummary = {
  stackId: "1.2.3#2",
  seriesInstanceUid: "1.2.3",
  frameOfReferenceUid: "1.2.4",
  seriesNumber: null,
  seriesDescription: null,
  protocolName: null,
  bodyPartExamined: null,
  modality: "CT",
  sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  imageType: [],
  manufacturer: null,
  manufacturerModelName: null,
  kernel: null,
  kvp: null,
  exposureMas: null,
  contrastAgent: null,
  patientPosition: null,
  lossyCompressed: false,
  slices: 4,
  rows: 4,
  columns: 4,
  pixelSpacingMm: [1, 1],
  sliceThicknessMm: 2,
  sliceSpacingMm: 2,
  coverageMm: 8,
  normal: [0, 0, 1],
  plane: "axial",
  gantryTiltDegrees: 0,
  duplicatePositions: 0,
  missingPositions: 0,
  irregularSpacing: false,
  faults: [],
  warnings: [],
};
const study = StudySummary.parse({
  studyInstanceUid: "1.2",
  studyDate: null,
  studyTime: null,
  accessionNumber: null,
  studyDescription: null,
  institutionName: null,
  patient: { id: null, name: null, birthDate: null, sex: null, ageYears: null },
  series: [series],
});
const stack: SeriesVolume = {
  stackId: series.stackId,
  volume: volume(axialGrid([4, 4, 4], [1, 1, 2], patientPoint(0, 0, 100)), new Int16Array(64)),
  slices: [0, 1, 2, 3].map((k) => ({ sopInstanceUid: `1.2.3.${k}`, instanceNumber: 9 - k, positionMm: 100 + 2 * k })),
};
const draft = (score: number, z: number): FindingDraft => ({
  stackId: series.stackId,
  centerMm: [1, 2, z],
  score,
  kind: "nodule",
  because: [reason("x.round")],
  measurements: [],
  volumeMm3: 5,
  meanHu: 0,
  texture: "solid",
  side: "left",
  flags: [],
});

function analysis(id: string, analyse: Analysis["analyse"]): Analysis {
  return { id, choose: () => ({ kind: "chosen", roles: { chest: series.stackId }, series: [] }), analyse, summarise: () => [] };
}
const done = (findings: readonly FindingDraft[]): Outcome => ({
  kind: "done",
  because: [],
  findings,
  measurements: [],
  operatingPoint: { name: "middle", score: 0.5, figures: [] },
  quality: {},
  notAssessed: [],
});

function ports(): ReadPorts & { loads: number; errors: unknown[] } {
  const counted = { loads: 0, errors: [] as unknown[] };
  return Object.assign(counted, {
    say: ({ code, values }: { code: string; values: Readonly<Record<string, string | number>> }) => ({
      code,
      values: { ...values },
      text: code,
    }),
    loadVolume: async () => {
      counted.loads += 1;
      return stack;
    },
    models: { load: (id: string) => Promise.reject(new Fault("model.missing", { id })) },
    threads: inlineThreads,
    clockMs: () => 0,
    peakRssMb: () => 1,
    unexpected: (error: unknown) => counted.errors.push(error),
    progress: () => {},
    signal: new AbortController().signal,
  });
}
const shown = { person: unknownPerson, allCandidates: false, operatingPoint: "screening" as const };

test("an analysis that fails never loses the others, and its fault is its reason", async () => {
  const failing = analysis("failing", async () => {
    throw new Fault("output.disk-full");
  });
  const odd = analysis("odd", async () => {
    throw new TypeError("a mistake of ours");
  });
  const world = ports();
  const readings = await readStudy(study, [failing, odd, analysis("fine", async () => done([]))], shown, world);
  expect(readings.map(({ reading }) => [reading.outcome, reading.because[0]?.code])).toEqual([
    ["failed", "output.disk-full"],
    ["failed", "read.unexpected"],
    ["done", undefined],
  ]);
  expect(world.errors).toHaveLength(1);
});

test("a volume is loaded once and what is computed of it is shared, however many analyses ask", async () => {
  let computed = 0;
  const asks = analysis("asks", async ({ volumes }, bench) => {
    await bench.once(volumes.chest?.volume ?? stack.volume, "lungs", async () => {
      computed += 1;
    });
    return done([]);
  });
  const world = ports();
  await readStudy(study, [asks, { ...asks, id: "again" }], shown, world);
  expect([world.loads, computed]).toEqual([1, 1]);
});

test("findings under the operating point are kept back, and on request listed down to .01", async () => {
  const finds = analysis("finds", async () => done([draft(0.9, 102), draft(0.2, 104), draft(0.001, 106)]));
  const count = async (allCandidates: boolean) =>
    (await readStudy(study, [finds], { ...shown, allCandidates }, ports()))[0]?.reading.findings.length;
  expect([await count(false), await count(true)]).toEqual([1, 2]);
});

test("a finding names the slice nearest to it, its series without the number of the stack, and the same UID at every read", async () => {
  const finds = analysis("finds", async () => done([draft(0.9, 103.2)]));
  const read = async () => (await readStudy(study, [finds], shown, ports()))[0]?.reading.findings[0];
  const finding = await read();
  expect(finding?.slice).toEqual({ sopInstanceUid: "1.2.3.2", instanceNumber: 7, index: 2 });
  expect(finding?.seriesInstanceUid).toBe("1.2.3");
  expect(finding?.trackingUid).toMatch(/^2\.25\.\d+$/);
  expect((await read())?.trackingUid).toBe(finding?.trackingUid);
});

test("an abort ends the read with its own reason instead of an outcome", async () => {
  const abort = new AbortController();
  const aborted = analysis("aborted", async () => {
    abort.abort(new Error("enough"));
    throw new Error("something that came of it");
  });
  await expect(readStudy(study, [aborted], shown, { ...ports(), signal: abort.signal })).rejects.toThrow("enough");
});

test("a reading names each net that its analysis loaded, once", async () => {
  const card: Awaited<ReturnType<ReadPorts["models"]["load"]>>["card"] = {
    id: "net",
    title: "",
    sha256: "0".repeat(64),
    encoding: { offsetHu: 0, scaleHu: 1, least: 0, most: 1 },
    steps: 1,
    training: { patients: [], scans: [] },
    data: [],
    licence: "",
    figures: [],
  };
  const loads = analysis("loads", async (_, { models }) => {
    await models.load("net");
    await models.load("net");
    return done([]);
  });
  const models = { load: async () => ({ card, session: { run: async () => ({}) } }) };
  const readings = await readStudy(study, [loads, analysis("without", async () => done([]))], shown, { ...ports(), models });
  expect(readings.map(({ reading }) => reading.models)).toEqual([[{ id: "net", sha256: card.sha256 }], []]);
});

test("an analysis whose net is missing has failed, and says which net", async () => {
  const loads = analysis("loads", async (_, { models }) => {
    await models.load("net");
    return done([]);
  });
  const [read] = await readStudy(study, [loads], shown, ports());
  expect(read?.reading).toMatchObject({ outcome: "failed", because: [{ code: "model.missing", values: { id: "net" } }], models: [] });
});
