import type { Volume } from "../volume.ts";
import type { Shape } from "./shape.ts";

/** A shape whose far distance may be rough as long as it is too short; `edgeMm` is exact to first order near the surface. */
export interface Solid extends Shape {
  readonly edgeMm?: (x: number, y: number, z: number) => number;
}

/** What happens to the voxels of a solid: whole runs inside it along a row, single ones (filled to the part f) at its edge. */
export interface Visitor {
  readonly run: (from: number, to: number, x: number, y: number, z: number) => void;
  readonly edge: (index: number, f: number, x: number, y: number, z: number) => void;
}

const blockI = 8;
const blockJ = 8;
const blockK = 4;

/**
 * Visits the voxels of a solid in an axial volume (directions along LPS), by blocks: a block wholly inside or outside is settled by
 * one distance. Much faster than paint(), with edges smoothed over one voxel instead of sampled: for anatomy, not for what is measured.
 */
export function visitSolid(volume: Volume, solid: Solid, visitor: Visitor): void {
  const { size, spacingMm, origin } = volume.grid;
  const [sx, sy, sz] = spacingMm;
  const widthMm = (sx + sy + sz) / 3;
  const reachMm = Math.hypot((sx * (blockI - 1)) / 2, (sy * (blockJ - 1)) / 2, (sz * (blockK - 1)) / 2) + widthMm;
  const edgeMm = solid.edgeMm ?? solid.distanceMm;
  const first = (axis: 0 | 1 | 2): number => Math.max(0, Math.ceil((solid.lo[axis] - widthMm - origin[axis]) / spacingMm[axis]));
  const end = (axis: 0 | 1 | 2): number =>
    Math.min(size[axis], Math.floor((solid.hi[axis] + widthMm - origin[axis]) / spacingMm[axis]) + 1);
  const [i0, j0, k0] = [first(0), first(1), first(2)];
  const [i1, j1, k1] = [end(0), end(1), end(2)];
  for (let kb = k0; kb < k1; kb += blockK) {
    const kEnd = Math.min(k1, kb + blockK);
    for (let jb = j0; jb < j1; jb += blockJ) {
      const jEnd = Math.min(j1, jb + blockJ);
      for (let ib = i0; ib < i1; ib += blockI) {
        const iEnd = Math.min(i1, ib + blockI);
        const middleMm = solid.distanceMm(
          origin[0] + (ib + (blockI - 1) / 2) * sx,
          origin[1] + (jb + (blockJ - 1) / 2) * sy,
          origin[2] + (kb + (blockK - 1) / 2) * sz,
        );
        if (middleMm > reachMm) continue;
        for (let k = kb; k < kEnd; k++) {
          const z = origin[2] + k * sz;
          for (let j = jb; j < jEnd; j++) {
            const y = origin[1] + j * sy;
            const row = size[0] * (j + size[1] * k);
            if (middleMm < -reachMm) {
              visitor.run(row + ib, row + iEnd, origin[0] + ib * sx, y, z);
              continue;
            }
            for (let i = ib; i < iEnd; i++) {
              const x = origin[0] + i * sx;
              const f = 0.5 - edgeMm(x, y, z) / widthMm;
              if (f > 0) visitor.edge(row + i, f < 1 ? f : 1, x, y, z);
            }
          }
        }
      }
    }
  }
}

/** Puts a substance of one HU into a solid. */
export function fillSolid(volume: Volume, solid: Solid, hu: number): void {
  const { data } = volume;
  visitSolid(volume, solid, {
    run: (from, to) => {
      data.fill(hu, from, to);
    },
    edge: (index, f) => {
      data[index] = (1 - f) * data[index]! + f * hu;
    },
  });
}

/** As fillSolid, only where the labels are not 0 (inside the lungs, for their vessels). */
export function fillWithin(volume: Volume, labels: Uint8Array, solid: Solid, hu: number): void {
  const { data } = volume;
  visitSolid(volume, solid, {
    run: (from, to) => {
      for (let index = from; index < to; index++) if (labels[index] !== 0) data[index] = hu;
    },
    edge: (index, f) => {
      if (labels[index] !== 0) data[index] = (1 - f) * data[index]! + f * hu;
    },
  });
}
