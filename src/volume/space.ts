declare const space: unique symbol;
type Triple<Name extends string> = readonly [number, number, number] & { readonly [space]: Name };

/** DICOM patient frame (LPS: +x left, +y posterior, +z head), in mm. */
export type PatientPoint = Triple<"patient">;
/** Voxel grid (i column, j row, k slice). An integer is a voxel CENTRE. */
export type VoxelPoint = Triple<"voxel">;
/** Three plain numbers whose meaning stands in the name that holds them (a spacing, a direction, a count). */
export type Vector3 = readonly [number, number, number];

export const patientPoint = (x: number, y: number, z: number): PatientPoint => [x, y, z] as unknown as PatientPoint;
export const voxelPoint = (i: number, j: number, k: number): VoxelPoint => [i, j, k] as unknown as VoxelPoint;

/** Euclidean distance of two points of one space, in that space's unit (mm for patient points, voxels for voxel points). */
export function distanceBetween<P extends PatientPoint | VoxelPoint>(a: P, b: P): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

export const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
/** Right-handed: x × y = z. */
export const cross = (a: Vector3, b: Vector3): Vector3 => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
