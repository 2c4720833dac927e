import type { Vector3 } from "../volume/space.ts";

/** One window along one axis, in voxels: where it lies, and the part that is taken from it. */
export interface Span {
  readonly start: number;
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** Window borders lie on this lattice: the coarsest cells of the nets here. */
export const latticeVoxels = 16;
/** How deep within its window a cell lies at least, except at the volume's own edge: near a border a net lacks context. */
const marginVoxels = 16;
/** At 6 million voxels the nets here need about 700 MB. */
const mostWindowVoxels = 6e6;
const mostWindows = 32;

export const upToLattice = (voxels: number): number => latticeVoxels * Math.ceil(voxels / latticeVoxels);

/**
 * The windows along i, j and k that cover a volume with the fewest voxels in all, each window within the memory that a run may take. Every
 * triple of spans is one window.
 * @param size voxels; what a window holds beyond them is for the caller to fill
 */
export function windowSpans(size: Vector3): readonly [Span[], Span[], Span[]] {
  const options = size.map(spanOptions);
  let best: readonly [Span[], Span[], Span[]] | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const i of options[0]!) {
    for (const j of options[1]!) {
      for (const k of options[2]!) {
        const voxels = i[0]!.length * j[0]!.length * k[0]!.length;
        const inAll = voxels * i.length * j.length * k.length;
        if (voxels <= mostWindowVoxels && inAll < fewest) [best, fewest] = [[i, j, k], inAll];
      }
    }
  }
  if (best === null) throw new RangeError(`a volume of ${size.join(" × ")} voxels is too large for ${mostWindows} windows along each axis`);
  return best;
}

/** One window along an axis, two, three …, evenly placed and meeting in the middle of each overlap. */
function spanOptions(voxels: number): Span[][] {
  const total = upToLattice(voxels);
  const options: Span[][] = [];
  for (let count = 1; count <= mostWindows; count++) {
    const length = count === 1 ? total : upToLattice((total - 2 * marginVoxels) / count) + 2 * marginVoxels;
    if (length > total) break;
    const start = (n: number): number => (n === 0 ? 0 : latticeVoxels * Math.round((n * (total - length)) / (count - 1) / latticeVoxels));
    const seam = (n: number): number => (n === 0 ? 0 : n === count ? total : (start(n - 1) + length + start(n)) / 2);
    options.push(Array.from({ length: count }, (_, n) => ({ start: start(n), length, from: seam(n), to: seam(n + 1) })));
  }
  return options;
}
