/**
 * Exact Euclidean distance on a small cube, in voxels: for each voxel the distance of its centre to the nearest centre where `from` is not 0
 * (0 there; Infinity when there is none). Felzenszwalb & Huttenlocher, Theory of Computing 2012;8:415.
 * @param from n × n × n flags
 * @param reach voxels this far from the flags' box along an axis, or further, may be left at Infinity, which saves their time
 */
export function distanceTo(from: Uint8Array, n: number, reach = n): Float32Array {
  return distanceAndNearest(from, n, null, reach);
}

/** Farther than anything on a cube; a power of two, so that single precision holds it exactly. */
const far = 2 ** 40;

/** As distanceTo; fills `nearest` with the index of the nearest flagged voxel (−1 when there is none). */
export function distanceAndNearest(from: Uint8Array, n: number, nearest: Int32Array | null, reach = n): Float32Array {
  const out = new Float32Array(from.length).fill(far);
  if (nearest !== null) nearest.fill(-1);
  const low = [n, n, n];
  const high = [-1, -1, -1];
  for (let k = 0, index = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++, index++) {
        if (!from[index]) continue;
        out[index] = 0;
        if (nearest !== null) nearest[index] = index;
        if (i < low[0]!) low[0] = i;
        if (i > high[0]!) high[0] = i;
        if (j < low[1]!) low[1] = j;
        if (j > high[1]!) high[1] = j;
        if (k < low[2]!) low[2] = k;
        if (k > high[2]!) high[2] = k;
      }
    }
  }
  const pass = { line: new Float64Array(n), place: new Int32Array(n), border: new Float64Array(n + 1), keep: new Int32Array(n) };
  const first = low.map((from) => Math.max(from - reach, 0)) as [number, number, number];
  const last = high.map((to) => Math.min(to + reach, n - 1)) as [number, number, number];
  const stride = [1, n, n * n] as const;
  // Along i only rows that hold flags, along j only columns of such rows' slices, along k all columns of the box.
  const spans = [
    [low[1]!, high[1]!, low[2]!, high[2]!],
    [first[0], last[0], low[2]!, high[2]!],
    [first[0], last[0], first[1], last[1]],
  ] as const;
  for (const axis of [0, 1, 2] as const) {
    const [u, v] = axis === 0 ? [n, n * n] : axis === 1 ? [1, n * n] : [1, n];
    const [uFrom, uTo, vFrom, vTo] = spans[axis];
    const length = last[axis] - first[axis] + 1;
    for (let b = vFrom; b <= vTo; b++) {
      for (let a = uFrom; a <= uTo; a++)
        lowerEnvelope(out, nearest, a * u + b * v + first[axis] * stride[axis], stride[axis], length, pass);
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
