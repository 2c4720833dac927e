import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { SeriesVolume } from "../analyses/analysis.ts";
import { derivedUid } from "../base/uid.ts";
import { intake } from "../dicom/intake.ts";
import { type LoadOptions, loadVolume } from "../dicom/load-volume.ts";
import type { DatasetScan } from "../evaluation/manifest.ts";
import { type SeriesSummary, type StudySummary, unknownStudy } from "../findings/study.ts";
import { allocateInt16, allocateUint8 } from "../volume/allocate.ts";
import { metaImageDataFile, readMetaImage } from "../volume/metaimage.ts";
import { toLps } from "../volume/orient.ts";
import { type Mask, type Volume, type VoxelData, volume } from "../volume/volume.ts";

/** A scan as the pipeline reads it: a study of headers, and its volumes on demand. */
export interface OpenScan {
  readonly study: StudySummary;
  readonly load: (stackId: string, progress: (fraction: number) => void) => Promise<SeriesVolume>;
}

/**
 * Opens a scan of a data set: DICOM (a folder, a .zip), or a MetaImage.
 * @returns null when no study holds the series
 * @throws Fault volume.unreadable-metaimage and those of intake
 */
export async function openScan(path: string, scan: DatasetScan, options: Omit<LoadOptions, "progress">): Promise<OpenScan | null> {
  return /\.mh[ad]$/.test(path) ? openMetaImage(path, scan) : openDicom(path, scan.seriesInstanceUid, options);
}

async function openDicom(path: string, series: string | null, options: Omit<LoadOptions, "progress">): Promise<OpenScan | null> {
  const { studies } = await intake([path], { signal: options.signal, progress: () => {} });
  for (const { summary, stacks } of studies) {
    const wanted = summary.series.filter(({ seriesInstanceUid }) => series === null || seriesInstanceUid === series);
    if (wanted.length === 0) continue;
    return {
      study: { ...summary, series: wanted },
      load: async (stackId, progress) => {
        const stack = stacks.get(stackId);
        if (stack === undefined) throw new RangeError(`the study has no stack ${stackId}`);
        return loadVolume(stack, { ...options, progress });
      },
    };
  }
  return null;
}

/** Air; what lies below is padding outside the scanner's field of view. */
const lowestHu = -1024;

/** MetaImage headers say where voxels lie and nothing of the scanner: what the data set knows of it stands in. */
async function openMetaImage(path: string, scan: DatasetScan): Promise<OpenScan> {
  const header = await readFile(path);
  const voxels = metaImageDataFile(header);
  const read = await readMetaImage(header, voxels === "LOCAL" ? undefined : await readFile(join(dirname(path), voxels)));
  const { volume: oriented } = toLps(read);
  const stackId = scan.seriesInstanceUid ?? basename(path);
  const { size, spacingMm, origin, directions } = oriented.grid;
  const slices = Array.from({ length: size[2] }, (_, k) => ({
    sopInstanceUid: derivedUid("MetaImage slice", stackId, String(k)),
    instanceNumber: k + 1,
    positionMm: origin[2] + k * spacingMm[2] * directions[2][2],
  }));
  const { ct, padding } = inHu(oriented);
  return {
    study: { ...unknownStudy(derivedUid("MetaImage study", stackId)), series: [summaryOf(stackId, scan, ct)] },
    load: async (_stackId, progress) => {
      progress(1);
      return { stackId, volume: ct, slices, padding };
    },
  };
}

function inHu({ grid, data }: Volume<VoxelData>): { ct: Volume; padding: Mask } {
  const hu = allocateInt16(data.length);
  const outside = allocateUint8(data.length);
  for (let n = 0; n < data.length; n++) {
    const value = Math.round(data[n]!);
    if (value < lowestHu) outside[n] = 1;
    hu[n] = Math.min(32767, Math.max(lowestHu, value));
  }
  return { ct: volume(grid, hu), padding: volume(grid, outside) };
}

function summaryOf(stackId: string, { manufacturer, kernel, sliceThicknessMm }: DatasetScan, { grid }: Volume): SeriesSummary {
  const { size, spacingMm, directions } = grid;
  return {
    stackId,
    seriesInstanceUid: stackId,
    frameOfReferenceUid: null,
    seriesNumber: null,
    seriesDescription: null,
    protocolName: null,
    bodyPartExamined: null,
    modality: "CT",
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
    imageType: ["ORIGINAL", "PRIMARY", "AXIAL"],
    manufacturer,
    manufacturerModelName: null,
    kernel,
    kvp: null,
    exposureMas: null,
    contrastAgent: null,
    patientPosition: null,
    lossyCompressed: false,
    slices: size[2],
    rows: size[1],
    columns: size[0],
    pixelSpacingMm: [spacingMm[0], spacingMm[1]],
    sliceThicknessMm,
    sliceSpacingMm: spacingMm[2],
    coverageMm: size[2] * spacingMm[2],
    normal: [...directions[2]],
    plane: Math.abs(directions[2][2]) >= 0.94 ? "axial" : "oblique",
    gantryTiltDegrees: 0,
    duplicatePositions: 0,
    missingPositions: 0,
    irregularSpacing: false,
    faults: [],
    warnings: [],
  };
}
