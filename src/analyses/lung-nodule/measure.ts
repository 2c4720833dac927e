import { type Reason, reason } from "../../base/reason.ts";
import type { FindingKind, Texture } from "../../findings/finding.ts";
import { type Axis, axesIn, type PlaneAxes } from "./axes.ts";
import type { Outline } from "./outline.ts";
import { distanceTo } from "./outline-distance.ts";
import { textureOf } from "./texture.ts";

/** The figures of one outline. */
export interface NoduleMeasurement {
  /** Axial, coronal, sagittal. */
  readonly planes: readonly PlaneAxes[];
  readonly volumeMm3: number;
  /** Diameter of the ball of that volume. */
  readonly equivalentDiameterMm: number;
  /** Mean HU at least half a source voxel inside the edge, or of the whole where that leaves too little. */
  readonly meanHu: number;
  readonly texture: Texture;
  /** Share of the inside at or above −300 HU. */
  readonly solidShare: number;
  /** A mass is longer than 30 mm in some plane (Hansell et al., Fleischner glossary, Radiology 2008;246:697). */
  readonly kind: FindingKind;
  /** What limits these figures. */
  readonly flags: readonly Reason[];
}

const massMm = 30;
/** Above this slice spacing volume and solid part are flagged (QIBA small lung nodule profile: slices of at most 1.25–1.5 mm). */
const thinSliceMm = 1.5;

/** Axes, volume, HU and texture of an outline. */
export function measureOutline(outline: Outline): NoduleMeasurement {
  const planes = (["axial", "coronal", "sagittal"] as const).map((plane) => axesIn(plane, outline)).filter((axes) => axes !== null);
  const hu = innerHu(outline);
  // In small bodies blur dims the contrast: undone before the rule is asked.
  const undimmed = hu.map((value) => outline.backgroundHu + (value - outline.backgroundHu) / outline.dimmed);
  const { texture, solidShare } = textureOf(undimmed);
  const longestMm = planes.reduce((longest, { longAxisMm }) => Math.max(longest, longAxisMm), 0);
  const sliceMm = Math.max(...outline.sourceSpacingMm);
  return {
    planes,
    volumeMm3: outline.volumeMm3,
    equivalentDiameterMm: Math.cbrt((6 * outline.volumeMm3) / Math.PI),
    meanHu: hu.reduce((sum, value) => sum + value, 0) / hu.length,
    texture,
    solidShare,
    kind: longestMm > massMm ? "mass" : "nodule",
    flags: sliceMm > thinSliceMm ? [reason("nodule.thick-slices-volume", { sliceSpacingMm: sliceMm })] : [],
  };
}

/** HU at least half a source voxel (in plane) inside the edge; of the whole mask where fewer than 30 samples are. */
function innerHu(outline: Outline): Float32Array {
  const { data, grid } = outline.mask;
  const depth = distanceTo(
    data.map((inside) => (inside ? 0 : 1)),
    grid.size[0],
  );
  const half = 0.5 + Math.min(...outline.sourceSpacingMm) / grid.spacingMm[0];
  const inner = outline.hu.data.filter((_, index) => depth[index]! >= half);
  return inner.length >= 30 ? inner : outline.hu.data.filter((_, index) => data[index] === 1);
}

type Triple = [number, number, number];
type Ends = { from: Triple; to: Triple };

/** A finding's plane measurement as findings/measurement.ts has it. */
export function planeMeasurement(
  axes: PlaneAxes,
): Omit<PlaneAxes, "areaMm2" | "longAxis" | "shortAxis"> & { longAxis: Ends; shortAxis: Ends } {
  const ends = ({ from, to }: Axis): Ends => ({ from: [from[0], from[1], from[2]], to: [to[0], to[1], to[2]] });
  const { plane, longAxisMm, shortAxisMm, meanDiameterMm } = axes;
  return { plane, longAxisMm, shortAxisMm, meanDiameterMm, longAxis: ends(axes.longAxis), shortAxis: ends(axes.shortAxis) };
}
