import { cross, dot, type Vector3 } from "../../volume/space.ts";
import type { Stack } from "../stack.ts";
import { type SourceImage, sourceImages } from "../write/source-images.ts";

/** A stack of images that was read. */
export interface SourceSeries {
  readonly modality: string;
  readonly frameOfReferenceUid: string | null;
  readonly images: readonly SourceImage[];
}

/** @throws RangeError when no volume can be made of the stack */
export function sourceSeries(stack: Stack): SourceSeries {
  const { modality, frameOfReferenceUid } = stack.summary;
  return { modality, frameOfReferenceUid, images: sourceImages(stack) };
}

/** @throws RangeError when no source has that object */
export function sourceHolding(sources: readonly SourceSeries[], sopInstanceUid: string): SourceSeries {
  const source = sources.find(({ images }) => images.some((image) => image.sopInstanceUid === sopInstanceUid));
  if (source === undefined) throw new RangeError(`no source holds the image ${sopInstanceUid}`);
  return source;
}

/**
 * The plane of an image object that lies nearest to a point.
 * @throws RangeError when the series has no such object
 */
export function planeOf({ images }: SourceSeries, sopInstanceUid: string, pointMm: Vector3): SourceImage {
  const planes = images.filter((image) => image.sopInstanceUid === sopInstanceUid);
  const [first] = planes;
  if (first === undefined) throw new RangeError(`the series has no image ${sopInstanceUid}`);
  return planes.reduce((best, plane) => (distanceMm(plane, pointMm) < distanceMm(best, pointMm) ? plane : best), first);
}

const distanceMm = ({ positionMm, rowDirection, columnDirection }: SourceImage, pointMm: Vector3): number =>
  Math.abs(dot(from(positionMm, pointMm), cross(rowDirection, columnDirection)));

/** Where a point falls on an image: (column, row), the centre of the first pixel being (.5, .5) (PS3.3 C.18.6.1). */
export function pixelOf({ positionMm, rowDirection, columnDirection, pixelSpacingMm }: SourceImage, pointMm: Vector3): [number, number] {
  const offsetMm = from(positionMm, pointMm);
  return [dot(offsetMm, rowDirection) / pixelSpacingMm[0] + 0.5, dot(offsetMm, columnDirection) / pixelSpacingMm[1] + 0.5];
}

const from = (start: Vector3, end: Vector3): Vector3 => [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
