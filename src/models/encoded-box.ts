import type { Vector3 } from "../volume/space.ts";
import type { Volume } from "../volume/volume.ts";
import type { CtEncoding } from "./card.ts";

/** What lies beyond the volume. */
const airHu = -1000;

/**
 * A box of a CT as a net takes it, i fastest; it may reach beyond the volume, where there is air.
 * @param corner voxel of the box's first
 * @param lengths of the box along i, j, k
 */
export function encodedBox(ct: Volume, corner: Vector3, lengths: Vector3, { offsetHu, scaleHu, least, most }: CtEncoding): Float32Array {
  const encode = (hu: number): number => Math.min(most, Math.max(least, (hu + offsetHu) / scaleHu));
  const { size } = ct.grid;
  const out = new Float32Array(lengths[0] * lengths[1] * lengths[2]).fill(encode(airHu));
  const within = (axis: 0 | 1 | 2): readonly [number, number] => [
    Math.max(0, -corner[axis]),
    Math.min(lengths[axis], size[axis] - corner[axis]),
  ];
  const [[i0, i1], [j0, j1], [k0, k1]] = [within(0), within(1), within(2)];
  for (let k = k0; k < k1; k++) {
    for (let j = j0; j < j1; j++) {
      const from = corner[0] + size[0] * (corner[1] + j + size[1] * (corner[2] + k));
      const to = lengths[0] * (j + lengths[1] * k);
      for (let i = i0; i < i1; i++) out[to + i] = encode(ct.data[from + i]!);
    }
  }
  return out;
}
