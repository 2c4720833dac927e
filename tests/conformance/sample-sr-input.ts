import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { intake } from "../../src/dicom/intake.ts";
import { type SourceSeries, sourceSeries } from "../../src/dicom/sr/source-series.ts";
import type { SegmentationReference, SrInput } from "../../src/dicom/sr/sr-input.ts";
import type { Stack } from "../../src/dicom/stack.ts";
import { writeCtSeries } from "../../src/dicom/write/ct.ts";
import type { DataSet } from "../../src/dicom/write/data-set.ts";
import { writeEnhancedCt } from "../../src/dicom/write/enhanced-ct.ts";
import { sourceIdentity } from "../../src/dicom/write/source-identity.ts";
import type { Finding } from "../../src/findings/finding.ts";
import type { Person } from "../../src/findings/person.ts";
import type { AnalysisReading, ReadResult } from "../../src/findings/read-result.ts";
import { srWords } from "../../src/main/said-report.ts";
import { sampleReadResult } from "../../src/report/sample-read-result.ts";
import { axialGrid, voxelCount } from "../../src/volume/grid.ts";
import { patientPoint, type Vector3 } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";
import type { Language } from "../../src/words/say.ts";
import { assess } from "../../src/workflow/assess.ts";
import { withComparison } from "./compared-sample.ts";

export const chineseName = "Wang^XiaoDong=王^小东";

/** A CT series written to a folder and taken in again. */
export interface TakenIn {
  readonly source: SourceSeries;
  readonly identity: DataSet;
  readonly studyInstanceUid: string;
}

/** Sixteen slices of 64 × 48 pixels, .8 × .7 mm, 1.5 mm apart, each a file or all in one. */
export async function takeIn(folder: string, multiFrame = false): Promise<TakenIn> {
  mkdirSync(folder);
  const g = axialGrid([64, 48, 16], [0.8, 0.7, 1.5], patientPoint(-25, -16, -40));
  const headers = {
    uidParts: ["structured-report"],
    patientName: chineseName,
    patientId: "SR-1",
    patientBirthDate: "19620704",
    patientSex: "M" as const,
    studyDate: "20260101",
    studyTime: "120000",
    accessionNumber: "ACC-7",
    sliceThicknessMm: 1.5,
    kvp: 120,
  };
  const lung = volume(g, new Int16Array(voxelCount(g)).fill(-850));
  const files = multiFrame ? [writeEnhancedCt(lung, headers)] : writeCtSeries(lung, headers);
  for (const { fileName, bytes } of files) writeFileSync(join(folder, fileName), bytes);
  const { studies } = await intake([folder], { signal: new AbortController().signal, progress: () => {} });
  const study = studies[0];
  const stack = [...(study?.stacks.values() ?? [])][0] as Stack;
  return { source: sourceSeries(stack), identity: await sourceIdentity(stack), studyInstanceUid: study?.summary.studyInstanceUid ?? "" };
}

export interface Asked {
  readonly language?: Language;
  readonly outcome?: AnalysisReading["outcome"];
  /** How many of the findings; the third is a mass, the fourth has no known side, the fifth was not measured. */
  readonly findings?: number;
  /** How many of them, from the first, have a segment; without one there is no segmentation. */
  readonly segments?: number;
  readonly studyMeasurements?: boolean;
  /** Whether it was compared with a prior examination. */
  readonly compared?: boolean;
  readonly person?: Partial<Person>;
}

/** What a read of those images would be written from. */
export function srInput(taken: TakenIn, asked: Asked = {}): SrInput {
  const { language = "en", outcome = "done", findings = 3, segments = 0, studyMeasurements = true, compared = false, person = {} } = asked;
  const plain = sampleReadResult({ language, findings, outcome });
  const sample = compared ? withComparison(plain) : plain;
  const read = outcome === "done" || outcome === "partial";
  const seriesInstanceUid = taken.source.images[0]?.seriesInstanceUid ?? "";
  const result: ReadResult = {
    ...sample,
    ...assess(sample.study, { ...sample.person, ...person }, sample.analyses),
    study: { ...sample.study, studyInstanceUid: taken.studyInstanceUid },
    series: sample.series.map((series, n) => (n === 0 ? { ...series, seriesInstanceUid, stackId: seriesInstanceUid } : series)),
    analyses: sample.analyses.map((analysis) => ({
      ...analysis,
      findings: analysis.findings.map((finding, n) => placed(finding, n, taken.source)),
      measurements: studyMeasurements ? [...analysis.measurements, ...(read ? summary(findings) : [])] : [],
    })),
  };
  return {
    context: { identity: taken.identity, overread: result.overread, language },
    result,
    sources: read ? [taken.source] : [],
    segmentations: segments > 0 ? [segmentationOf(result, segments)] : [],
    words: srWords(result),
  };
}

const summary = (findings: number): AnalysisReading["measurements"] => [
  { code: "finding-count", value: findings, unit: "1", subject: "lungs" },
  { code: "largest-mean-diameter", value: 34.56789, unit: "mm", subject: "lungs" },
];

/** A finding of the sample moved onto the images, with ends of its axes. */
function placed(finding: Finding, n: number, source: SourceSeries): Finding {
  const index = 3 + 2 * n;
  const plane = source.images[index];
  if (plane === undefined) throw new RangeError(`the sample has no slice ${index}`);
  const [x, y, z]: Vector3 = [plane.positionMm[0] + 20.4, plane.positionMm[1] + 10.6, plane.positionMm[2]];
  return {
    ...finding,
    seriesInstanceUid: plane.seriesInstanceUid,
    frameOfReferenceUid: source.frameOfReferenceUid,
    kind: n === 2 ? "mass" : finding.kind,
    texture: n === 2 ? "solid" : finding.texture,
    side: n === 3 ? "unknown" : finding.side,
    centerMm: [x, y, z + 0.25],
    slice: { sopInstanceUid: plane.sopInstanceUid, instanceNumber: index + 1, index },
    measurements: finding.measurements.map((measured) => {
      const { longAxisMm: long, shortAxisMm: short } = measured;
      const axial = measured.plane === "axial";
      const end = (a: number, b: number): [number, number, number] => (axial ? [x + a, y + b, z] : [x + a, y, z + b]);
      return {
        ...measured,
        ...(axial && { sopInstanceUid: plane.sopInstanceUid }),
        longAxis: { from: end(-long / 2, 0), to: end(long / 2, 0) },
        shortAxis: { from: end(0, -short / 2), to: end(0, short / 2) },
      };
    }),
  };
}

function segmentationOf({ analyses }: ReadResult, segments: number): SegmentationReference {
  const uids = analyses.flatMap(({ findings }) => findings.map(({ trackingUid }) => trackingUid)).slice(0, segments);
  return {
    sopClassUid: "1.2.840.10008.5.1.4.1.1.66.4",
    sopInstanceUid: "2.25.66400",
    seriesInstanceUid: "2.25.66401",
    segmentNumberByTrackingUid: new Map(uids.map((uid, n) => [uid, n + 1])),
  };
}
