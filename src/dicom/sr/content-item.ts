import { imageItem, type ObjectReference } from "../objects/object-reference.ts";
import { type Code, codeItem } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { decimalString } from "../write/elements.ts";

/** How an item stands to its parent (PS3.3 C.17.3.2.4). The root has none. */
export type Relationship =
  | "CONTAINS"
  | "HAS ACQ CONTEXT"
  | "HAS CONCEPT MOD"
  | "HAS OBS CONTEXT"
  | "HAS PROPERTIES"
  | "INFERRED FROM"
  | "SELECTED FROM";

type Children = readonly DataSet[];

/**
 * An item of a content tree (PS3.3 C.17.3): relationship, value type, name, children, and the attributes of its value.
 * @param name null where the templates leave an image or place unnamed
 */
function contentItem(
  relationship: Relationship | null,
  valueType: string,
  name: Code | null,
  value: DataSet,
  children: Children = [],
): DataSet {
  return {
    ...(relationship && { RelationshipType: relationship }),
    ValueType: valueType,
    ...(name && { ConceptNameCodeSequence: [codeItem(name)] }),
    ...value,
    ...(children.length > 0 && { ContentSequence: children }),
  };
}

/** @param template PS3.16 TID that begins with this container */
export function container(relationship: Relationship | null, name: Code, children: Children, template?: string): DataSet {
  const templated = template && { ContentTemplateSequence: [{ MappingResource: "DCMR", TemplateIdentifier: template }] };
  return contentItem(relationship, "CONTAINER", name, { ContinuityOfContent: "SEPARATE", ...templated }, children);
}

export const coded = (relationship: Relationship, name: Code, value: Code, children?: Children): DataSet =>
  contentItem(relationship, "CODE", name, { ConceptCodeSequence: [codeItem(value)] }, children);

export const text = (relationship: Relationship, name: Code, value: string, children?: Children): DataSet =>
  contentItem(relationship, "TEXT", name, { TextValue: value }, children);

export const uidReference = (relationship: Relationship, name: Code, uid: string): DataSet =>
  contentItem(relationship, "UIDREF", name, { UID: uid });

/** A number in its unit; beside a decimal string too short for all its digits stands the exact double (PS3.3 C.18.1). */
export function numeric(relationship: Relationship, name: Code, value: number, unit: Code, children?: Children): DataSet {
  const decimal = decimalString(value);
  const measured: DataSet = {
    MeasurementUnitsCodeSequence: [codeItem(unit)],
    NumericValue: decimal,
    ...(Number(decimal) !== value && { FloatingPointValue: value }),
  };
  return contentItem(relationship, "NUM", name, { MeasuredValueSequence: [measured] }, children);
}

/** An image, a frame of it, or a segment of a segmentation (PS3.3 C.18.4). */
export const image = (relationship: Relationship, name: Code | null, reference: ObjectReference, segmentNumber?: number): DataSet =>
  contentItem(relationship, "IMAGE", name, {
    ReferencedSOPSequence: [{ ...imageItem(reference), ReferencedSegmentNumber: segmentNumber }],
  });

export type Graphic = "POINT" | "POLYLINE";

/** Points in the patient, LPS mm (PS3.3 C.18.9). */
export const patientGraphic = (
  relationship: Relationship,
  name: Code,
  graphic: Graphic,
  pointsMm: readonly (readonly [number, number, number])[],
  frameOfReferenceUid: string,
): DataSet =>
  contentItem(relationship, "SCOORD3D", name, {
    GraphicType: graphic,
    GraphicData: pointsMm.flat(),
    ReferencedFrameOfReferenceUID: frameOfReferenceUid,
  });

/** Points on an image, (column, row) from the outer corner of its first pixel (PS3.3 C.18.6). */
export const imageGraphic = (
  relationship: Relationship,
  name: Code,
  graphic: Graphic,
  points: readonly (readonly [number, number])[],
  on: ObjectReference,
): DataSet =>
  contentItem(relationship, "SCOORD", name, { GraphicType: graphic, GraphicData: points.flat() }, [image("SELECTED FROM", null, on)]);
