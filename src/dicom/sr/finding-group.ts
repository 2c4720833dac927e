import type { Finding } from "../../findings/finding.ts";
import type { PlaneMeasurement } from "../../findings/measurement.ts";
import type { DataSet } from "../write/data-set.ts";
import { concept, derivation, findingKind, laterality, lung, plane, texture, unit } from "./codes.ts";
import { coded, container, image, numeric, text, uidReference } from "./content-item.ts";
import { derived } from "./derived.ts";
import { type Draw, onImages } from "./draw.ts";
import { planeOf, type SourceSeries } from "./source-series.ts";
import type { SegmentationReference } from "./sr-input.ts";

/** What a finding is written with. */
export interface FindingSurroundings {
  readonly name: string;
  readonly source: SourceSeries;
  readonly draw: Draw;
  readonly segmentations: readonly SegmentationReference[];
  readonly algorithm: readonly DataSet[];
  /** What became of it since a prior examination. */
  readonly change: readonly DataSet[];
  /** By guidelines and risk models. */
  readonly assessments: readonly DataSet[];
}

/** One finding as a measurement group of a volume (PS3.16 TID 1411); where it has no segment, its centre on the image it is best seen on is its region. */
export function findingGroup(
  finding: Finding,
  { name, source, draw, segmentations, algorithm, change, assessments }: FindingSurroundings,
): DataSet {
  const { trackingUid, seriesInstanceUid, centerMm, slice } = finding;
  const outlined = segmentations.find(({ segmentNumberByTrackingUid }) => segmentNumberByTrackingUid.has(trackingUid));
  return container(
    "CONTAINS",
    concept.measurementGroup,
    [
      text("HAS OBS CONTEXT", concept.trackingIdentifier, name),
      uidReference("HAS OBS CONTEXT", concept.trackingUid, trackingUid),
      coded("CONTAINS", concept.finding, findingKind[finding.kind]),
      ...(outlined
        ? [segment(outlined, trackingUid), uidReference("CONTAINS", concept.sourceSeries, seriesInstanceUid)]
        : onImages(source)("CONTAINS", concept.imageRegion, "POINT", [centerMm], slice.sopInstanceUid)),
      image("CONTAINS", concept.illustration, planeOf(source, slice.sopInstanceUid, centerMm)),
      site(finding),
      ...algorithm,
      ...measurements(finding, draw),
      ...draw("CONTAINS", concept.center, "POINT", [centerMm], slice.sopInstanceUid),
      ...evaluations(finding),
      ...change,
      ...assessments,
    ],
    "1411",
  );
}

const segment = (of: SegmentationReference, trackingUid: string): DataSet =>
  image("CONTAINS", concept.segment, of, of.segmentNumberByTrackingUid.get(trackingUid));

/** The lung, and which one where that is known. */
function site({ side }: Finding): DataSet {
  const which = side === "unknown" ? [] : [coded("HAS CONCEPT MOD", concept.laterality, laterality[side])];
  return coded("HAS CONCEPT MOD", concept.findingSite, lung, which);
}

/** Score in percent of its scale, volume, mean attenuation, and the axes of every plane measured. */
function measurements({ score, volumeMm3, meanHu, measurements: planes }: Finding, draw: Draw): DataSet[] {
  return [
    numeric("CONTAINS", concept.certainty, score * 100, unit["%"]),
    ...(volumeMm3 === null ? [] : [numeric("CONTAINS", concept.volume, volumeMm3, unit.mm3)]),
    ...(meanHu === null ? [] : [numeric("CONTAINS", concept.attenuation, meanHu, unit["[hnsf'U]"], [derived(derivation.mean)])]),
    ...planes.flatMap((each) => axes(each, draw)),
  ];
}

function axes(measured: PlaneMeasurement, draw: Draw): DataSet[] {
  const { longAxisMm, shortAxisMm, meanDiameterMm, longAxis, shortAxis, sopInstanceUid } = measured;
  const inPlane = coded("HAS CONCEPT MOD", concept.plane, plane[measured.plane]);
  const along = (ends: PlaneMeasurement["longAxis"]): DataSet[] =>
    ends ? draw("INFERRED FROM", concept.path, "POLYLINE", [ends.from, ends.to], sopInstanceUid) : [];
  return [
    numeric("CONTAINS", concept.longAxis, longAxisMm, unit.mm, [inPlane, ...along(longAxis)]),
    numeric("CONTAINS", concept.shortAxis, shortAxisMm, unit.mm, [inPlane, ...along(shortAxis)]),
    numeric("CONTAINS", concept.diameter, meanDiameterMm, unit.mm, [inPlane, derived(derivation.mean)]),
  ];
}

/** Texture, why it was marked, and what limits or forbids its figures. */
function evaluations({ kind, texture: seen, because, flags, notMeasurable }: Finding): DataSet[] {
  const term = texture[kind][seen];
  const reasons = [...because, ...flags, ...(notMeasurable ? [notMeasurable] : [])];
  return [
    ...(term ? [coded("CONTAINS", concept.texture, term)] : []),
    ...reasons.map((reason) => text("CONTAINS", concept.comment, reason.text)),
  ];
}
