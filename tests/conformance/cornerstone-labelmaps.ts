import { registerHooks } from "node:module";
import type { SourceImage } from "../../src/dicom/write/source-images.ts";

// @cornerstonejs/adapters 5.14 imports @babel/runtime without depending on it; its twin with the same three functions is installed.
registerHooks({ resolve: (name, context, next) => next(name.replace(/^@babel\/runtime\//, "@babel/runtime-corejs3/"), context) });

interface LabelmapImage {
  readonly voxelManager: { readonly getScalarData: () => ArrayLike<number> };
}

/** What Cornerstone's viewer would draw of a segmentation over its source images. */
export interface Labelmaps {
  readonly overlapping: boolean;
  /** The segments' attributes by segment number; the first is empty. */
  readonly segments: readonly ({ readonly SegmentLabel: string; readonly TrackingUID: string } | undefined)[];
  /** For each segment number `plane:pixel` of each of its pixels. */
  readonly pixels: ReadonlyMap<number, readonly string[]>;
}

/** Reads a segmentation with Cornerstone's adapters (and dcmjs, which they parse with), source images given by their geometry. */
export async function cornerstoneLabelmaps(sources: readonly SourceImage[], seg: Uint8Array<ArrayBuffer>): Promise<Labelmaps> {
  const [{ adaptersSEG }, { metaData }] = await Promise.all([import("@cornerstonejs/adapters"), import("@cornerstonejs/core")]);
  const idOf = ({ sopInstanceUid, frameNumber }: SourceImage): string =>
    `wadouri:${sopInstanceUid}${frameNumber === null ? "" : `?frame=${frameNumber}`}`;
  const byId = new Map(sources.map((source) => [idOf(source), source]));
  const provider = (module: string, id: unknown): object | undefined => {
    const source = byId.get(String(id));
    return source && modulesOf(source)[module];
  };
  metaData.addProvider(provider, 100);
  try {
    const read = await adaptersSEG.Cornerstone3D.Segmentation.createFromDICOMSegBuffer([...byId.keys()], seg.slice().buffer, {
      metadataProvider: metaData,
    });
    const pixels = new Map<number, string[]>();
    for (const layer of read.labelMapImages as readonly (readonly LabelmapImage[])[]) {
      for (const [plane, { voxelManager }] of layer.entries()) {
        for (const [pixel, segment] of Array.from(voxelManager.getScalarData()).entries()) {
          if (segment !== 0) pixels.set(segment, [...(pixels.get(segment) ?? []), `${plane}:${pixel}`]);
        }
      }
    }
    return { overlapping: read.overlappingSegments as boolean, segments: read.segMetadata.data, pixels };
  } finally {
    metaData.removeProvider(provider);
  }
}

function modulesOf(source: SourceImage): Readonly<Record<string, object>> {
  const { rows, columns, rowDirection, columnDirection, positionMm, pixelSpacingMm } = source;
  return {
    instance: { Rows: rows, Columns: columns, SOPInstanceUID: source.sopInstanceUid },
    generalImageModule: { sopInstanceUID: source.sopInstanceUid },
    generalSeriesModule: { seriesInstanceUID: source.seriesInstanceUid, modality: "CT" },
    imagePixelModule: {
      rows,
      columns,
      bitsAllocated: 16,
      bitsStored: 12,
      highBit: 11,
      pixelRepresentation: 0,
      samplesPerPixel: 1,
      photometricInterpretation: "MONOCHROME2",
    },
    imagePlaneModule: {
      rows,
      columns,
      rowCosines: rowDirection,
      columnCosines: columnDirection,
      imageOrientationPatient: [...rowDirection, ...columnDirection],
      imagePositionPatient: positionMm,
      pixelSpacing: [pixelSpacingMm[1], pixelSpacingMm[0]],
      rowPixelSpacing: pixelSpacingMm[1],
      columnPixelSpacing: pixelSpacingMm[0],
    },
  };
}
