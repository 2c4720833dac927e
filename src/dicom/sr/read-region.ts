import type { ReportedRegion } from "../../findings/reported-finding.ts";
import { cross, dot, type Vector3 } from "../../volume/space.ts";
import type { Frame } from "../image-file.ts";
import { readReference } from "../reported-document.ts";
import { tag } from "../tags.ts";
import type { ContentItem, ContentTree } from "./read-content-tree.ts";

/** Where the images lie that a report draws on; null where that is not known. Frames count from 1. */
export type FrameOf = (sopInstanceUid: string, frameNumber: number) => Frame | null;

type Point = [number, number, number];

/** An SCOORD or SCOORD3D item (PS3.3 C.18.6, C.18.9); null when it holds no whole, finite points. */
export function readRegion(item: ContentItem, tree: ContentTree, frameOf: FrameOf): ReportedRegion | null {
  const { attributes, name: concept } = item;
  const numbers = attributes.floats(tag.graphicData);
  const width = item.type === "SCOORD3D" ? 3 : 2;
  if (numbers.length === 0 || numbers.length % width > 0 || !numbers.every(Number.isFinite)) return null;
  const points = Array.from({ length: numbers.length / width }, (_, n) => numbers.slice(n * width, (n + 1) * width));
  const graphic = attributes.text(tag.graphicType) ?? "";
  if (item.type === "SCOORD3D") {
    const frameOfReferenceUid = attributes.text(tag.referencedFrameOfReferenceUid);
    return { concept, graphic, pointsMm: points as unknown as Point[], pixels: null, image: null, frameOfReferenceUid };
  }
  const image = tree.childrenOf(item).flatMap((child) => (child.type === "IMAGE" ? (referenceIn(child) ?? []) : []))[0] ?? null;
  const frame = image && frameOf(image.sopInstanceUid, image.frames[0] ?? 1);
  const pixels = points as unknown as [number, number][];
  const place = frame && placeOn(frame);
  return { concept, graphic, pointsMm: place ? pixels.map(place) : null, pixels, image, frameOfReferenceUid: null };
}

/** The reference that an IMAGE item holds. */
export function referenceIn(item: ContentItem): ReturnType<typeof readReference> {
  const [reference] = item.attributes.items(tag.referencedSopSequence);
  return reference ? readReference(reference) : null;
}

/**
 * Pixel → patient; null when the frame has no place. (0, 0) is the outer corner of the first pixel, so its centre is (.5, .5)
 * (PS3.3 C.18.6.1).
 */
function placeOn({ positionMm: at, rowDirection: x, columnDirection: y, pixelSpacingMm: spacing }: Frame) {
  if (!at || !x || !y || !spacing) return null;
  return ([column, row]: readonly [number, number]): Point =>
    sumOf([at, scaled(x, (column - 0.5) * spacing[0]), scaled(y, (row - 0.5) * spacing[1])]);
}

/**
 * The centre that drawn regions tell: a point (one called "Center" before any other), else the centre of what they enclose, weighted by
 * area, else the middle of the longest line drawn along an axis.
 */
export function centerOf(
  regions: readonly ReportedRegion[],
  axes: readonly ReportedRegion[],
): { centerMm: Point; centerFrom: "point" | "outline" | "axis" } | null {
  const points = regions.filter(({ graphic }) => graphic === "POINT");
  const point = points.find(({ concept }) => concept?.scheme === "DCM" && concept.value === "111010") ?? points[0];
  if (point?.pointsMm?.[0]) return { centerMm: point.pointsMm[0], centerFrom: "point" };
  const outlines = regions.flatMap((region) => enclosed(region) ?? []);
  const area = outlines.reduce((sum, outline) => sum + outline.areaMm2, 0);
  if (area > 0)
    return { centerMm: sumOf(outlines.map(({ centerMm, areaMm2 }) => scaled(centerMm, areaMm2 / area))), centerFrom: "outline" };
  const lengthOf = ([from, to]: readonly [Point, Point]): number => Math.hypot(...minus(to, from));
  const lines = [...axes, ...regions].flatMap(({ graphic, pointsMm }) =>
    graphic === "POLYLINE" && pointsMm?.length === 2 ? [pointsMm as [Point, Point]] : [],
  );
  const [longest] = lines.sort((a, b) => lengthOf(b) - lengthOf(a));
  return longest ? { centerMm: scaled(sumOf(longest), 0.5), centerFrom: "axis" } : null;
}

/**
 * Centre and area of a plane figure. An ellipse is given by the ends of its axes, an ellipsoid (area of its largest section) too, a circle
 * by its centre and a point on it.
 */
function enclosed({ graphic, pointsMm }: ReportedRegion): { centerMm: Point; areaMm2: number } | null {
  const [a, b, c, d] = pointsMm ?? [];
  if (!pointsMm || !a || !b) return null;
  if (graphic === "CIRCLE") return { centerMm: a, areaMm2: Math.PI * Math.hypot(...minus(b, a)) ** 2 };
  if ((graphic === "ELLIPSE" || graphic === "ELLIPSOID") && c && d)
    return { centerMm: scaled(sumOf([a, b]), 0.5), areaMm2: (Math.PI / 4) * Math.hypot(...minus(b, a)) * Math.hypot(...minus(d, c)) };
  const last = pointsMm.at(-1) ?? a;
  const closed = graphic === "POLYGON" || (graphic === "POLYLINE" && pointsMm.length > 3 && Math.hypot(...minus(last, a)) < 1e-3);
  return closed ? polygon(pointsMm, a) : null;
}

/** Triangles from the first corner, each counted with the sign of its turn, so that hollows are taken off. */
function polygon(corners: readonly Point[], first: Point): { centerMm: Point; areaMm2: number } | null {
  const triangles = corners.slice(0, -1).map((corner, n) => {
    const next = corners[n + 1] as Point;
    return { normal: cross(minus(corner, first), minus(next, first)), centerMm: scaled(sumOf([first, corner, next]), 1 / 3) };
  });
  const whole = sumOf(triangles.map(({ normal }) => normal));
  const doubleArea = Math.hypot(...whole);
  if (!(doubleArea > 0)) return null;
  const centerMm = sumOf(triangles.map(({ normal, centerMm }) => scaled(centerMm, dot(normal, whole) / doubleArea ** 2)));
  return { centerMm, areaMm2: doubleArea / 2 };
}

const minus = (a: Vector3, b: Vector3): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const scaled = (a: Vector3, by: number): Point => [a[0] * by, a[1] * by, a[2] * by];
const sumOf = (all: readonly Vector3[]): Point => all.reduce<Point>((s, p) => [s[0] + p[0], s[1] + p[1], s[2] + p[2]], [0, 0, 0]);
