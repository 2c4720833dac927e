import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openOrigin } from "../../src/dicom/byte-source.ts";
import { readHeader } from "../../src/dicom/read-header.ts";
import { reportedUnder } from "../../src/dicom/read-reported.ts";
import { readSegmentation } from "../../src/dicom/seg/read-segmentation.ts";
import { comprehensive3dSr } from "../../src/dicom/sr/comprehensive-3d-sr.ts";
import { axialGrid, toVoxel } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { srInput, takeIn } from "./sample-sr-input.ts";
import { ellipsoid, segmentationOf, studyOn } from "./segmented-study.ts";

const root = mkdtempSync(join(tmpdir(), "own-results-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const { signal } = new AbortController();

test("a report of ours comes back with every value it was written from", async () => {
  const input = srInput(await takeIn(join(root, "ct")), { language: "zh", findings: 5, segments: 3 });
  writeFileSync(join(root, "report.dcm"), comprehensive3dSr(input, { number: 1, description: "Overread" }).bytes);
  const { documents, refused } = await reportedUnder([join(root, "report.dcm")], signal);
  expect(refused).toEqual([]);
  const [document, ...others] = documents;
  expect(others).toEqual([]);
  expect(document).toMatchObject({
    verification: "UNVERIFIED",
    stage: "PRELIMINARY",
    manufacturer: "Overread",
    title: { value: "126000" },
  });
  const [analysis] = input.result.analyses;
  expect(document?.findings).toHaveLength(5);
  for (const [n, finding] of (analysis?.findings ?? []).entries()) {
    const read = document?.findings[n];
    const reasons = [...finding.because, ...finding.flags, ...(finding.notMeasurable ? [finding.notMeasurable] : [])];
    expect(read).toMatchObject({
      trackingUid: finding.trackingUid,
      trackingId: input.words.findingName(finding),
      kind: { value: finding.kind === "mass" ? "309529002" : "786838002", scheme: "SCT" },
      site: { value: "39607008" },
      laterality: { left: { value: "7771000" }, right: { value: "24028007" }, unknown: null }[finding.side],
      algorithm: { name: "Overread lung-nodule", version: `${input.context.overread.version} (${input.context.overread.commit})` },
      certainty: expect.closeTo(finding.score, 12),
      volumeMm3: finding.volumeMm3,
      centerFrom: "point",
      segment: n < 3 ? { sopInstanceUid: "2.25.66400", number: n + 1 } : null,
      comments: reasons.map(({ text }) => text),
    });
    // Places are single precision in SR (PS3.3 C.18.9).
    expect(read?.centerMm).toEqual(finding.centerMm.map(Math.fround));
    const valuesOf = (concept: string): number[] =>
      read?.measurements.filter((measurement) => measurement.concept.value === concept).map(({ value }) => value) ?? [];
    expect(valuesOf("103339001")).toEqual(finding.measurements.map(({ longAxisMm }) => longAxisMm));
    expect(valuesOf("103340004")).toEqual(finding.measurements.map(({ shortAxisMm }) => shortAxisMm));
    expect(valuesOf("81827009")).toEqual(finding.measurements.map(({ meanDiameterMm }) => meanDiameterMm));
    expect(valuesOf("112031")).toEqual(finding.meanHu === null ? [] : [finding.meanHu]);
    const [axial] = finding.measurements;
    expect([read?.longAxisMm, read?.shortAxisMm]).toEqual([axial?.longAxisMm ?? null, axial?.shortAxisMm ?? null]);
    const [longAxis] = read?.measurements.filter(({ concept }) => concept.value === "103339001") ?? [];
    expect(longAxis?.regions[0]?.pointsMm ?? null).toEqual(
      axial?.longAxis ? [axial.longAxis.from, axial.longAxis.to].map((point) => point.map(Math.fround)) : null,
    );
  }
  // The lungs' volumes are no nodules'.
  expect(document?.findings).toHaveLength(analysis?.findings.length ?? 0);
});

test("a segmentation of ours comes back voxel by voxel", async () => {
  const grid = axialGrid([40, 30, 12], [0.7, 0.8, 1.25], patientPoint(-14, 3, 60));
  const study = await studyOn(join(root, "seg-ct"), grid);
  const outlines = [ellipsoid(grid, [0, 15, 66], [5, 4, 3]), ellipsoid(grid, [3, 12, 70], [2, 2, 2])];
  const { bytes } = segmentationOf(study, ...outlines);
  const source = await openOrigin({ kind: "bytes", name: "seg", bytes });
  const header = await readHeader(source);
  const read = header.kind === "header" ? await readSegmentation(header.header) : null;
  if (read?.kind !== "document") throw new Error("not read");
  expect(read.document.findings).toHaveLength(2);
  for (const [n, outline] of outlines.entries()) {
    const voxels = outline.data.reduce((sum, value) => sum + value, 0);
    expect(read.document.findings[n]).toMatchObject({
      trackingUid: `2.25.100${n + 1}`,
      trackingId: `发现 ${n + 1}`,
      label: `结节 ${n + 1}（未经确认）`,
      algorithm: { name: "Overread lung-nodule", version: "0.1.0 (abcdef0)", type: "AUTOMATIC" },
      laterality: n === 0 ? { value: "7771000" } : null,
      voxelCount: voxels,
      volumeMm3: expect.closeTo(voxels * 0.7 * 0.8 * 1.25, 6),
      flags: [],
    });
    const drawn = await read.maskOf(n + 1);
    if (drawn.kind === "no-mask") throw new Error(drawn.because.code);
    const { mask } = drawn;
    const at = toVoxel(grid, mask.grid.origin).map(Math.round) as [number, number, number];
    const [ni, nj] = mask.grid.size;
    const expected = mask.data.map((_, index) => {
      const [i, j, k] = [index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj))];
      return outline.data[at[0] + i + 40 * (at[1] + j + 30 * (at[2] + k))] ?? 9;
    });
    expect(mask.data).toEqual(expected);
    expect(mask.data.reduce((sum, value) => sum + value, 0)).toBe(voxels);
  }
});
