import { eachInstance } from "../objects/object-reference.ts";
import type { DataSet } from "../write/data-set.ts";
import { concept, modality, unit } from "./codes.ts";
import { coded, container, image, numeric, uidReference } from "./content-item.ts";
import type { SourceSeries } from "./source-series.ts";

/** The images that were read, a group for each stack (PS3.16 TID 1600, 1601, 1602, 1604); nothing when none was read. */
export function imageLibrary(sources: readonly SourceSeries[]): DataSet[] {
  return sources.length === 0 ? [] : [container("CONTAINS", concept.imageLibrary, sources.map(group), "1600")];
}

function group(source: SourceSeries): DataSet {
  const images = eachInstance(source.images).map((instance) => image("CONTAINS", null, { ...instance, frameNumber: null }));
  return container("CONTAINS", concept.imageLibraryGroup, [...descriptors(source), ...images]);
}

/** What the images of a stack have in common. */
function descriptors({ modality: value, frameOfReferenceUid, images }: SourceSeries): DataSet[] {
  const [first] = images;
  if (first === undefined) throw new RangeError("a stack needs one image or more");
  const { rows, columns, pixelSpacingMm, sliceThicknessMm } = first;
  return [
    coded("HAS ACQ CONTEXT", concept.modality, modality(value)),
    ...(frameOfReferenceUid === null ? [] : [uidReference("HAS ACQ CONTEXT", concept.frameOfReferenceUid, frameOfReferenceUid)]),
    numeric("HAS ACQ CONTEXT", concept.rows, rows, unit["{pixels}"]),
    numeric("HAS ACQ CONTEXT", concept.columns, columns, unit["{pixels}"]),
    numeric("HAS ACQ CONTEXT", concept.horizontalSpacing, pixelSpacingMm[0], unit.mm),
    numeric("HAS ACQ CONTEXT", concept.verticalSpacing, pixelSpacingMm[1], unit.mm),
    ...(sliceThicknessMm === null ? [] : [numeric("HAS ACQ CONTEXT", concept.sliceThickness, sliceThicknessMm, unit.mm)]),
  ];
}
