import { type PatientPoint, patientPoint, type Vector3 } from "../volume/space.ts";

export type Plane = "axial" | "coronal" | "sagittal";

/**
 * A rectangle of square pixels in the patient. Pictures are seen as radiologists see them: axial from the feet, coronal from the
 * front (patient's right on the picture's left), sagittal from the patient's left (front on the picture's left), head up.
 */
export interface PlaneView {
  readonly plane: Plane;
  /** Patient position of the middle of the picture. */
  readonly center: PatientPoint;
  readonly pixelMm: number;
  readonly width: number;
  readonly height: number;
}

interface PlaneFrame {
  /** Patient direction to the right of the picture, downwards, and into it. */
  readonly right: Vector3;
  readonly down: Vector3;
  readonly through: 0 | 1 | 2;
  /** Letters at the left, right, top and bottom edge (DICOM PS3.3 C.7.6.1.1.1: R, L, A, P, H, F). */
  readonly letters: readonly [left: string, right: string, top: string, bottom: string];
}

const frames: Readonly<Record<Plane, PlaneFrame>> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0], through: 2, letters: ["R", "L", "A", "P"] },
  coronal: { right: [1, 0, 0], down: [0, 0, -1], through: 1, letters: ["R", "L", "H", "F"] },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1], through: 0, letters: ["A", "P", "H", "F"] },
};

export const frameOf = (plane: Plane): PlaneFrame => frames[plane];

/** Patient position of a (fractional) pixel; an integer is a pixel centre. */
export function pixelToPatient(view: PlaneView, column: number, row: number): PatientPoint {
  const { right, down } = frames[view.plane];
  const u = (column - (view.width - 1) / 2) * view.pixelMm;
  const v = (row - (view.height - 1) / 2) * view.pixelMm;
  const [x, y, z] = view.center;
  return patientPoint(x + u * right[0] + v * down[0], y + u * right[1] + v * down[1], z + u * right[2] + v * down[2]);
}

/** Pixel on which a patient position falls when it is dropped straight onto the plane. */
export function patientToPixel(view: PlaneView, point: PatientPoint): readonly [column: number, row: number] {
  const { right, down } = frames[view.plane];
  const offset: Vector3 = [point[0] - view.center[0], point[1] - view.center[1], point[2] - view.center[2]];
  const along = (axis: Vector3): number => (offset[0] * axis[0] + offset[1] * axis[1] + offset[2] * axis[2]) / view.pixelMm;
  return [along(right) + (view.width - 1) / 2, along(down) + (view.height - 1) / 2];
}
