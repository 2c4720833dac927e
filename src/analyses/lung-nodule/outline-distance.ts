/**
 * Exact Euclidean distance on a small cube, in voxels: for each voxel where `from` is 0, the distance of its centre to the nearest centre where
 * `from` is not 0; 0 where it is not 0; Infinity when there is none. Felzenszwalb & Huttenlocher, Theory of Computing 2012;8:415.
 * @param from n × n × n flags
 */
export function distanceTo(from: Uint8Array, n: number): Float32Array {
  const far = 1e12;
  const out = new Float32Array(from.length);
  for (let index = 0; index < from.length; index++) out[index] = from[index] ? 0 : far;
  const line = new Float64Array(n);
  const place = new Int32Array(n);
  const border = new Float64Array(n + 1);
  for (const stride of [1, n, n * n]) {
    for (let first = 0; first < n * n; first++) {
      const base = stride === 1 ? first * n : stride === n ? Math.floor(first / n) * n * n + (first % n) : first;
      let filled = 0;
      for (let t = 0; t < n; t++) {
        line[t] = out[base + t * stride]!;
        if (line[t]! >= far) continue;
        let meeting = -Infinity;
        while (filled > 0) {
          const last = place[filled - 1]!;
          meeting = (line[t]! + t * t - line[last]! - last * last) / (2 * (t - last));
          if (meeting > border[filled - 1]!) break;
          filled--;
        }
        place[filled] = t;
        border[filled] = filled === 0 ? -Infinity : meeting;
        filled++;
      }
      if (filled === 0) continue;
      let parabola = 0;
      for (let t = 0; t < n; t++) {
        while (parabola + 1 < filled && border[parabola + 1]! < t) parabola++;
        const at = place[parabola]!;
        out[base + t * stride] = (t - at) * (t - at) + line[at]!;
      }
    }
  }
  for (let index = 0; index < out.length; index++) out[index] = out[index]! >= far ? Infinity : Math.sqrt(out[index]!);
  return out;
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
