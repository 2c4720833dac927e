import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AnalysisReading, ReadResult } from "../../src/findings/read-result.ts";
import { Prior } from "../../src/main/prior.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import type { NoduleSpec } from "../../src/volume/phantom/nodules.ts";
import { patientPoint, type Vector3 } from "../../src/volume/space.ts";
import { inlineThreads } from "../../src/volume/threads.ts";
import type { Volume } from "../../src/volume/volume.ts";
import type { StudyReading } from "../../src/workflow/read-study.ts";
import type { SayReason } from "../../src/workflow/to-finding.ts";
import { overread, resultsIn } from "./overread.ts";
import { writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-prior-"));
const chest = { seed: 5, spacingMm: [1.2, 1.2, 1.25], noiseHu: 12, kernel: "soft" } as const;
const solid = (diameterMm: number, centerMm?: Vector3): NoduleSpec => ({
  diameterMm,
  texture: "solid",
  ...(centerMm && { centerMm }),
});
const places: Vector3[] = [];
let before: ReadResult;
let after: ReadResult;
/** Not compared with anything. */
let alone: ReadResult;
const spatialSr = "dicom/sr-comprehensive-3d.dcm";
/** The table stood elsewhere. */
const shiftMm: Vector3 = [7, -5, 11];

function onTheTable({ grid, data }: Volume): { volume: Volume } {
  const [x, y, z] = grid.origin;
  return { volume: { grid: { ...grid, origin: patientPoint(x + shiftMm[0], y + shiftMm[1], z + shiftMm[2]) }, data } };
}

/** Where the last read of each was written. */
const outs = new Map<string, string>();

const read = async (name: string, ...more: string[]): Promise<ReadResult> => {
  const out = mkdtempSync(join(root, `out-${name}-`));
  const { stderr } = await overread(["read", join(root, name), "--out", out, ...more]);
  outs.set(name, out);
  const [result] = resultsIn(out);
  if (result === undefined) throw new Error(stderr);
  return result;
};

function personFile(name: string, of: object): string {
  const path = join(root, `${name}.json`);
  writeFileSync(path, JSON.stringify(of));
  return path;
}

beforeAll(async () => {
  const found = await chestPhantom({ ...chest, nodules: [10, 8, 9, 9.5].map((mm) => solid(mm)) });
  places.push(...found.truth.nodules.map(({ centerMm }) => centerMm));
  const [stays, grows, goes, comes] = places;
  const old = await chestPhantom({ ...chest, nodules: [solid(10, stays), solid(8, grows), solid(9, goes)] });
  const now = await chestPhantom({ ...chest, noiseHu: 14, nodules: [solid(10, stays), solid(11, grows), solid(9.5, comes)] });
  writeChest(join(root, "before"), onTheTable(old.volume), { uidParts: ["before"], studyDate: "20250702" });
  writeChest(join(root, "after"), now, { uidParts: ["after"], studyDate: "20260102" });
  writeChest(join(root, "stranger"), old, { uidParts: ["stranger"], studyDate: "20250702", patientId: "ANOTHER" });
  before = await read("before", "--person", personFile("baseline", { reason: "baseline-screening", prior: "none" }));
  cpSync(join(writtenOf("before", "findings.json"), "findings.json"), join(root, "before", "findings.json"));
  const annual = personFile("annual", { reason: "annual-screening" });
  after = await read("after", "--prior", join(root, "before"), "--person", annual);
  alone = await read("after", "--prior", join(root, "stranger"));
}, 1_200_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (result: ReadResult, place: Vector3, by: Vector3 = [0, 0, 0]) =>
  result.analyses[0]!.findings.find(({ centerMm }) => Math.hypot(...centerMm.map((mm, axis) => mm - by[axis]! - place[axis]!)) < 4);

test("the nodule that stayed is stable, the one that grew is grown with its doubling time, and both bear the prior's identity", () => {
  for (const [n, change] of [
    [0, "stable"],
    [1, "grown"],
  ] as const) {
    const finding = at(after, places[n]!);
    expect(finding?.comparison?.change).toBe(change);
    expect(finding?.trackingUid).toBe(at(before, places[n]!, shiftMm)?.trackingUid);
  }
  const growth = at(after, places[1]!)?.comparison?.growth;
  expect(growth?.days).toBe(184);
  expect(growth?.overThreshold).toBe("yes");
  const truth = (184 * Math.LN2) / (3 * Math.log(11 / 8));
  expect(growth?.doublingTime?.lowDays).toBeLessThan(truth);
  expect(growth?.doublingTime?.highDays).toBeGreaterThan(truth);
});

test("the nodule that came is new, and the one that went is listed as gone at its place", () => {
  expect(at(after, places[3]!)?.comparison?.change).toBe("new");
  const gone = after.analyses[0]!.comparison!.gone;
  const wanted = gone.filter(({ placeMm }) => placeMm && Math.hypot(...placeMm.map((mm, axis) => mm - places[2]![axis]!)) < 3);
  expect(wanted.map(({ change }) => change)).toEqual(["gone"]);
});

test("a prior of another patient is refused with its reason, and the read is whole", () => {
  const { analyses } = alone;
  expect(analyses[0]?.comparison).toMatchObject({ outcome: "not-compared", because: [{ code: "growth.prior-other-patient" }], gone: [] });
  expect(analyses[0]?.findings.length).toBeGreaterThan(0);
});

test("the category that the prior's result file gives a nodule reaches the rules, and the images are what is compared", () => {
  expect(after.analyses[0]?.comparison).toMatchObject({ outcome: "compared", from: "images" });
  const stable = at(after, places[0]!)!;
  expect(stable.comparison).toMatchObject({ change: "stable", priorLungRads: "4A" });
  const own = after.assessments.find(({ guideline, trackingUid }) => guideline === "lung-rads-2022" && trackingUid === stable.trackingUid);
  expect(own?.outcomes.map(({ category }) => category)).toEqual(["3"]);
  expect(own?.used).toContainEqual({ input: "priorCategory", value: "4A", from: "prior-report" });
});

/** Some of what the read of an examination wrote, in a folder of its own. */
function writtenOf(name: string, ...files: string[]): string {
  const [study] = readdirSync(outs.get(name)!);
  const folder = mkdtempSync(join(root, "report-"));
  for (const file of files) cpSync(join(outs.get(name)!, study!, file), join(folder, basename(file)));
  return folder;
}

/** What an examination that was read already says once it is compared with what is written elsewhere. */
async function comparedWith(path: string, { study, analyses }: ReadResult = alone): Promise<AnalysisReading> {
  const [reading] = analyses.map((of) => ({ reading: of, outlines: new Map() }) as unknown as StudyReading);
  const ports = { threads: inlineThreads, signal: new AbortController().signal, progress: () => {} };
  const say: SayReason = ({ code, values }) => ({ code, values, text: "" });
  const noImages = (): never => {
    throw new Error("a report has no images");
  };
  const [after] = await new Prior(path).compare({ ...study, series: [] }, [reading!], noImages, { ...ports, say });
  return after!.reading;
}

test("with the result folder of the prior alone each nodule is told by side and size or not at all, and nothing is called new or gone", async () => {
  const result = await read("after", "--prior", outs.get("before")!);
  const [{ comparison, findings }] = result.analyses as [AnalysisReading];
  expect(comparison).toMatchObject({
    outcome: "compared",
    from: "report",
    registration: null,
    because: [{ code: "growth.no-registration" }],
  });
  const priors = before.analyses[0]!.findings.map(({ trackingUid }) => trackingUid);
  expect(findings.length).toBeGreaterThan(0);
  for (const { trackingUid, comparison: of } of findings) {
    const [how, ...others] = of!.because.map(({ code }) => code);
    if (of!.priorTrackingUid === null) expect([of!.change, how, others]).toEqual(["cannot-tell", "growth.not-in-report", []]);
    else expect([priors.includes(of!.priorTrackingUid), how]).toEqual([true, "growth.matched-by-side-and-size"]);
    expect(priors).not.toContain(trackingUid);
  }
  expect(findings.some(({ comparison: of }) => of?.priorTrackingUid)).toBe(true);
  expect(comparison?.gone.filter(({ change }) => change !== "cannot-tell")).toEqual([]);
}, 600_000);

test("the structured reports of a read and its findings.json tell the same", async () => {
  const told = ({ findings }: AnalysisReading): unknown[] =>
    findings.map(({ comparison }) => [
      comparison?.change,
      comparison?.priorTrackingUid,
      comparison?.growth?.priorVolumeMm3?.toFixed(3),
      comparison?.growth?.priorMeanDiameterMm?.toFixed(3),
      comparison?.priorLungRads,
    ]);
  const [spatial, enhanced, json] = await Promise.all(
    [spatialSr, "dicom/sr-enhanced.dcm", "findings.json"].map((file) => comparedWith(writtenOf("before", file))),
  );
  expect(told(enhanced!)).toEqual(told(spatial!));
  expect(told(json!)).toEqual(told(spatial!));
});

test("a report that is newer, of another patient, or codes no nodule is refused with its reason", async () => {
  const stranger = { ...alone, study: { ...alone.study, patient: { ...alone.study.patient, id: "ANOTHER" } } };
  for (const [report, now, code] of [
    [writtenOf("after", spatialSr), before, "prior-newer"],
    [writtenOf("before", spatialSr), stranger, "prior-other-patient"],
    [writtenOf("before", "findings.json"), stranger, "prior-other-patient"],
    [writtenOf("before", "dicom/sr-basic-text.dcm"), alone, "prior-report-empty"],
    [writtenOf("before", "report.pdf"), alone, "prior-unreadable"],
  ] as const)
    expect((await comparedWith(report, now)).comparison).toMatchObject({
      outcome: "not-compared",
      because: [{ code: `growth.${code}` }],
      gone: [],
    });
});
