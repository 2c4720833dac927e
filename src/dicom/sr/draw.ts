import type { Vector3 } from "../../volume/space.ts";
import type { Code } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { type Graphic, imageGraphic, patientGraphic, type Relationship } from "./content-item.ts";
import { pixelOf, planeOf, type SourceSeries } from "./source-series.ts";

/**
 * Draws points; nothing where the document has no way to.
 * @param onImage SOP instance on which the points lie; undefined when they lie on no one image
 */
export type Draw = (
  relationship: Relationship,
  name: Code,
  graphic: Graphic,
  pointsMm: readonly Vector3[],
  onImage: string | undefined,
) => DataSet[];

/** Points in the frame of reference (SCOORD3D). */
export const inPatient =
  ({ frameOfReferenceUid }: SourceSeries): Draw =>
  (relationship, name, graphic, pointsMm) =>
    frameOfReferenceUid === null ? [] : [patientGraphic(relationship, name, graphic, pointsMm, frameOfReferenceUid)];

/** Points on the image they lie on (SCOORD). */
export const onImages =
  (source: SourceSeries): Draw =>
  (relationship, name, graphic, pointsMm, onImage) => {
    const [first] = pointsMm;
    if (onImage === undefined || first === undefined) return [];
    const plane = planeOf(source, onImage, first);
    const points = pointsMm.map((pointMm) => pixelOf(plane, pointMm));
    return [imageGraphic(relationship, name, graphic, points, plane)];
  };
