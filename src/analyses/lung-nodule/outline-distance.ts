/**
 * Exact Euclidean distance on a small cube, in voxels: for each voxel the distance of its centre to the nearest centre where `from` is not 0
 * (0 there; Infinity when there is none). Felzenszwalb & Huttenlocher, Theory of Computing 2012;8:415.
 * @param from n × n × n flags
 */
export function distanceTo(from: Uint8Array, n: number): Float32Array {
  return distanceAndNearest(from, n, null);
}

/** Farther than anything on a cube; a power of two, so that single precision holds it exactly. */
const far = 2 ** 40;

/** As distanceTo; fills `nearest` with the index of the nearest flagged voxel (−1 when there is none). */
export function distanceAndNearest(from: Uint8Array, n: number, nearest: Int32Array | null): Float32Array {
  const out = new Float32Array(from.length);
  for (let index = 0; index < from.length; index++) out[index] = from[index] ? 0 : far;
  if (nearest !== null) for (let index = 0; index < from.length; index++) nearest[index] = from[index] ? index : -1;
  const pass = { line: new Float64Array(n), place: new Int32Array(n), border: new Float64Array(n + 1), keep: new Int32Array(n) };
  for (const stride of [1, n, n * n]) {
    for (let first = 0; first < n * n; first++) {
      const base = stride === 1 ? first * n : stride === n ? Math.floor(first / n) * n * n + (first % n) : first;
      lowerEnvelope(out, nearest, base, stride, n, pass);
    }
  }
  for (let index = 0; index < out.length; index++) out[index] = out[index]! >= far ? Infinity : Math.sqrt(out[index]!);
  return out;
}

interface Pass {
  readonly line: Float64Array;
  readonly place: Int32Array;
  readonly border: Float64Array;
  readonly keep: Int32Array;
}

/** Squared distances along one line: the lower envelope of the parabolas that stand on its voxels. */
function lowerEnvelope(out: Float32Array, nearest: Int32Array | null, base: number, stride: number, n: number, pass: Pass): void {
  const { line, place, border, keep } = pass;
  let filledTo = 0;
  for (let t = 0; t < n; t++) {
    const height = out[base + t * stride]!;
    line[t] = height;
    if (height >= far) continue;
    let meeting = -Infinity;
    while (filledTo > 0) {
      const last = place[filledTo - 1]!;
      meeting = (height + t * t - line[last]! - last * last) / (2 * (t - last));
      if (meeting > border[filledTo - 1]!) break;
      filledTo--;
    }
    place[filledTo] = t;
    border[filledTo] = filledTo === 0 ? -Infinity : meeting;
    filledTo++;
  }
  if (filledTo === 0) return;
  if (nearest !== null) for (let t = 0; t < n; t++) keep[t] = nearest[base + t * stride]!;
  let parabola = 0;
  for (let t = 0; t < n; t++) {
    while (parabola + 1 < filledTo && border[parabola + 1]! < t) parabola++;
    const at = place[parabola]!;
    out[base + t * stride] = (t - at) * (t - at) + line[at]!;
    if (nearest !== null) nearest[base + t * stride] = keep[at]!;
  }
}

/** True on the outermost layer of the cube, where face neighbours would lie outside. */
export function onFace(index: number, n: number): boolean {
  const i = index % n;
  const j = Math.floor(index / n) % n;
  const k = Math.floor(index / (n * n));
  return i === 0 || j === 0 || k === 0 || i === n - 1 || j === n - 1 || k === n - 1;
}

/** The 6-connected parts of a mask that hold the start voxels; starts outside the mask are passed over. */
export function partWith(mask: Uint8Array, n: number, starts: readonly number[]): Uint8Array {
  const part = new Uint8Array(mask.length);
  const queue: number[] = [];
  const reach = (index: number): void => {
    if (!mask[index] || part[index]) return;
    part[index] = 1;
    queue.push(index);
  };
  for (const start of starts) reach(start);
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const i = index % n;
    const j = Math.floor(index / n) % n;
    const k = Math.floor(index / (n * n));
    if (i > 0) reach(index - 1);
    if (i < n - 1) reach(index + 1);
    if (j > 0) reach(index - n);
    if (j < n - 1) reach(index + n);
    if (k > 0) reach(index - n * n);
    if (k < n - 1) reach(index + n * n);
  }
  return part;
}

/** The mask with its holes filled: every voxel that cannot reach a face of the cube through the outside is inside. */
export function filled(mask: Uint8Array, n: number): Uint8Array {
  const outside = mask.map((inside) => (inside ? 0 : 1));
  const starts: number[] = [];
  for (let index = 0; index < mask.length; index++) if (outside[index] && onFace(index, n)) starts.push(index);
  const reached = partWith(outside, n, starts);
  return mask.map((inside, index) => (inside || !reached[index] ? 1 : 0));
}
