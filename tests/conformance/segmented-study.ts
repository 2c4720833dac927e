import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { intake } from "../../src/dicom/intake.ts";
import { type LossyCompression, lossyCompression } from "../../src/dicom/objects/lossy-compression.ts";
import { type OutlinedFinding, type Segmentation, segmentation } from "../../src/dicom/seg/segmentation.ts";
import type { Stack } from "../../src/dicom/stack.ts";
import { type WriteCtOptions, writeCtSeries } from "../../src/dicom/write/ct.ts";
import { writeEnhancedCt } from "../../src/dicom/write/enhanced-ct.ts";
import type { ResultContext } from "../../src/dicom/write/result-object.ts";
import { sourceIdentity } from "../../src/dicom/write/source-identity.ts";
import { type SourceImage, sourceImages } from "../../src/dicom/write/source-images.ts";
import { type Grid, toPatient, voxelCount } from "../../src/volume/grid.ts";
import { type Vector3, voxelPoint } from "../../src/volume/space.ts";
import { type Mask, type Volume, volume } from "../../src/volume/volume.ts";

/** Source images on disk, and what every object made from them needs. */
export interface SegmentedStudy {
  readonly folder: string;
  readonly stack: Stack;
  readonly sources: readonly SourceImage[];
  readonly lossy: LossyCompression;
  readonly context: ResultContext;
}

export async function studyIn(folder: string): Promise<SegmentedStudy> {
  const { studies } = await intake([folder], { signal: new AbortController().signal, progress: () => {} });
  const stack = [...(studies[0]?.stacks.values() ?? [])][0] as Stack;
  const context = { identity: await sourceIdentity(stack), overread: { version: "0.1.0", commit: "abcdef0" }, language: "zh" } as const;
  return { folder, stack, sources: sourceImages(stack), lossy: await lossyCompression(stack), context };
}

/** Uniform lung on a grid, written as CT files into a new folder. */
export async function studyOn(
  folder: string,
  g: Grid,
  options: WriteCtOptions & { readonly enhanced?: boolean } = {},
): Promise<SegmentedStudy> {
  const lung: Volume = volume(g, new Int16Array(voxelCount(g)).fill(-850));
  const headers = {
    uidParts: [folder],
    patientName: "Zhang^San=张^三",
    patientId: "P-1",
    accessionNumber: "A-1",
    studyDate: "20260102",
    studyTime: "101112",
    bodyPart: "CHEST",
    kvp: 120,
    sliceThicknessMm: g.spacingMm[2],
  };
  mkdirSync(folder, { recursive: true });
  const files = options.enhanced ? [writeEnhancedCt(lung, headers, options)] : writeCtSeries(lung, headers, options);
  for (const { fileName, bytes } of files) writeFileSync(join(folder, fileName), bytes);
  return studyIn(folder);
}

/** Voxels of a grid within an ellipsoid. */
export function ellipsoid(g: Grid, centerMm: Vector3, radiiMm: Vector3): Mask {
  const [ni, nj] = g.size;
  const inside = (n: number): boolean => {
    const p = toPatient(g, voxelPoint(n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))));
    return Math.hypot(...radiiMm.map((radius, axis) => ((p[axis] ?? 0) - (centerMm[axis] ?? 0)) / radius)) <= 1;
  };
  return volume(
    g,
    Uint8Array.from({ length: voxelCount(g) }, (_, n) => (inside(n) ? 1 : 0)),
  );
}

/** The n-th finding of a study, from 1. */
export const outlined = (n: number, outline: Mask): OutlinedFinding => ({
  finding: { trackingUid: `2.25.100${n}`, kind: n === 2 ? "mass" : "nodule", side: n === 1 ? "left" : "unknown" },
  trackingId: `发现 ${n}`,
  label: `结节 ${n}（未经确认）`,
  outline,
});

export function segmentationOf(study: SegmentedStudy, ...outlines: readonly Mask[]): Segmentation {
  const made = segmentation({
    ...study,
    series: { number: 9001, description: "轮廓（未经确认）" },
    instanceNumber: 1,
    frameOfReferenceUid: study.stack.summary.frameOfReferenceUid,
    algorithm: "Overread lung-nodule",
    findings: outlines.map((outline, index) => outlined(index + 1, outline)),
  });
  if (made === "no-outlines") throw new RangeError("no outlines");
  return made;
}
