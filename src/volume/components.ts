import { allocateInt32, allocateUint8 } from "./allocate.ts";
import type { Box } from "./crop.ts";
import { type Mask, volume } from "./volume.ts";

/** Voxels touch by faces (6), by faces and edges (18), or by corners too (26). */
export type Connectivity = 6 | 18 | 26;

/** Connected parts of a mask. Part n (from 1) is the n-th to be met in memory order; entry 0 stands for the background. */
export interface Components {
  /** The part each voxel belongs to, 0 in the background. */
  readonly labels: Int32Array<ArrayBufferLike>;
  readonly count: number;
  /** Voxels of each part, by label; `voxels[0]` counts the background. */
  readonly voxels: Int32Array;
  /** The box of each part, by label; `boxes[0]` is null. */
  readonly boxes: readonly (Box | null)[];
}

/** Connected parts held as runs of voxels along i: far smaller than a label for each voxel. */
interface Runs {
  /** First run of each row; one entry more than rows. */
  readonly rowStart: Int32Array;
  readonly first: Int32Array;
  /** One beyond the last voxel. */
  readonly end: Int32Array;
  /** The part each run belongs to, from 1. */
  readonly label: Int32Array;
  readonly count: number;
}

/**
 * Connected parts of the voxels that are not 0: two passes with union-find over runs (Rosenfeld & Pfaltz 1966; He, Chao & Suzuki 2008).
 * Labels follow the order in which parts are first met in memory.
 */
export function labelComponents(mask: Mask, connectivity: Connectivity): Components {
  const runs = connect(mask, connectivity);
  const labels = allocateInt32(mask.data.length);
  const ni = mask.grid.size[0];
  eachRun(runs, ni, (run, row) => labels.fill(runs.label[run]!, row + runs.first[run]!, row + runs.end[run]!));
  return { labels, count: runs.count, voxels: countVoxels(runs, mask.data.length), boxes: findBoxes(runs, mask) };
}

/**
 * The mask without the parts that `keep` refuses; needs no label for each voxel.
 * @param keep is asked once a part, with its number of voxels and its box
 */
export function keepComponents(mask: Mask, connectivity: Connectivity, keep: (voxels: number, box: Box) => boolean): Mask {
  const runs = connect(mask, connectivity);
  const voxels = countVoxels(runs, mask.data.length);
  const boxes = findBoxes(runs, mask);
  const kept = boxes.map((box, label) => box !== null && keep(voxels[label]!, box));
  return paint(runs, mask, (label) => kept[label]!);
}

/** The part with most voxels (the first of equals), or null when the mask is empty. */
export function largestComponent(mask: Mask, connectivity: Connectivity = 26): Mask | null {
  const runs = connect(mask, connectivity);
  if (runs.count === 0) return null;
  const voxels = countVoxels(runs, mask.data.length);
  let largest = 1;
  for (let label = 2; label <= runs.count; label++) if (voxels[label]! > voxels[largest]!) largest = label;
  return paint(runs, mask, (label) => label === largest);
}

function paint(runs: Runs, mask: Mask, wanted: (label: number) => boolean): Mask {
  const out = allocateUint8(mask.data.length);
  eachRun(runs, mask.grid.size[0], (run, row) => {
    if (wanted(runs.label[run]!)) out.fill(1, row + runs.first[run]!, row + runs.end[run]!);
  });
  return volume(mask.grid, out);
}

function eachRun(runs: Runs, ni: number, visit: (run: number, rowOffset: number) => void): void {
  const rows = runs.rowStart.length - 1;
  for (let row = 0; row < rows; row++) {
    for (let run = runs.rowStart[row]!; run < runs.rowStart[row + 1]!; run++) visit(run, row * ni);
  }
}

function countVoxels(runs: Runs, total: number): Int32Array {
  const voxels = new Int32Array(runs.count + 1);
  voxels[0] = total;
  for (let run = 0; run < runs.label.length; run++) {
    const length = runs.end[run]! - runs.first[run]!;
    voxels[runs.label[run]!]! += length;
    voxels[0]! -= length;
  }
  return voxels;
}

function findBoxes(runs: Runs, mask: Mask): (Box | null)[] {
  const [ni, nj, nk] = mask.grid.size;
  const lo = new Int32Array(3 * (runs.count + 1));
  const hi = new Int32Array(3 * (runs.count + 1));
  for (let label = 0; label <= runs.count; label++) lo.set([ni, nj, nk], 3 * label);
  for (let row = 0; row < nj * nk; row++) {
    const j = row % nj;
    const k = (row - j) / nj;
    for (let run = runs.rowStart[row]!; run < runs.rowStart[row + 1]!; run++) {
      const at = 3 * runs.label[run]!;
      if (runs.first[run]! < lo[at]!) lo[at] = runs.first[run]!;
      if (runs.end[run]! > hi[at]!) hi[at] = runs.end[run]!;
      if (j < lo[at + 1]!) lo[at + 1] = j;
      if (j >= hi[at + 1]!) hi[at + 1] = j + 1;
      if (k < lo[at + 2]!) lo[at + 2] = k;
      hi[at + 2] = k + 1;
    }
  }
  const boxes: (Box | null)[] = [null];
  for (let label = 1; label <= runs.count; label++) {
    const at = 3 * label;
    boxes.push({ lo: [lo[at]!, lo[at + 1]!, lo[at + 2]!], hi: [hi[at]!, hi[at + 1]!, hi[at + 2]!] });
  }
  return boxes;
}

function findRuns(mask: Mask): Omit<Runs, "label" | "count"> {
  const [ni, nj, nk] = mask.grid.size;
  const { data } = mask;
  const rows = nj * nk;
  const rowStart = new Int32Array(rows + 1);
  let first = new Int32Array(1 << 16);
  let end = new Int32Array(1 << 16);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    rowStart[row] = count;
    const offset = row * ni;
    if (count + ni > first.length) {
      first = enlarged(first);
      end = enlarged(end);
    }
    for (let i = 0; i < ni; i++) {
      if (data[offset + i] === 0) continue;
      first[count] = i;
      do i++;
      while (i < ni && data[offset + i] !== 0);
      end[count++] = i;
    }
  }
  rowStart[rows] = count;
  return { rowStart, first: first.subarray(0, count), end: end.subarray(0, count) };
}

function enlarged(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

function root(parent: Int32Array, run: number): number {
  let at = run;
  while (parent[at]! !== at) {
    parent[at] = parent[parent[at]!]!;
    at = parent[at]!;
  }
  return at;
}

/** Rows before (j, k) that touch it, as [dj, dk, reach]: how far along i a run reaches to a neighbour there. */
function neighbourRows(connectivity: Connectivity): readonly (readonly [number, number, number])[] {
  if (connectivity === 6)
    return [
      [-1, 0, 0],
      [0, -1, 0],
    ] as const;
  const corner = connectivity === 26 ? 1 : 0;
  return [
    [-1, 0, 1],
    [0, -1, 1],
    [-1, -1, corner],
    [1, -1, corner],
  ] as const;
}

function connect(mask: Mask, connectivity: Connectivity): Runs {
  if (connectivity !== 6 && connectivity !== 18 && connectivity !== 26)
    throw new RangeError(`connectivity must be 6, 18 or 26, got ${connectivity}`);
  const runs = findRuns(mask);
  const [, nj, nk] = mask.grid.size;
  const parent = new Int32Array(runs.first.length);
  for (let run = 0; run < parent.length; run++) parent[run] = run;
  const neighbours = neighbourRows(connectivity);
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (const [dj, dk, reach] of neighbours) {
        if (j + dj < 0 || j + dj >= nj || k + dk < 0) continue;
        joinRows(runs, parent, j + nj * k, j + dj + nj * (k + dk), reach);
      }
    }
  }
  return { ...runs, ...numberRoots(parent) };
}

function joinRows(runs: Omit<Runs, "label" | "count">, parent: Int32Array, row: number, other: number, reach: number): void {
  const { rowStart, first, end } = runs;
  const lastHere = rowStart[row + 1]!;
  const lastThere = rowStart[other + 1]!;
  let here = rowStart[row]!;
  let there = rowStart[other]!;
  while (here < lastHere && there < lastThere) {
    if (end[there]! + reach <= first[here]!) there++;
    else if (end[here]! + reach <= first[there]!) here++;
    else {
      const a = root(parent, here);
      const b = root(parent, there);
      if (a < b) parent[b] = a;
      else parent[a] = b;
      if (end[here]! < end[there]!) here++;
      else there++;
    }
  }
}

/** A root is the earliest run of its part, so that roots in order give labels in the order of first voxels. */
function numberRoots(parent: Int32Array): { label: Int32Array; count: number } {
  const label = new Int32Array(parent.length);
  let count = 0;
  for (let run = 0; run < parent.length; run++) {
    const above = parent[run]!;
    label[run] = above === run ? ++count : label[above]!;
  }
  return { label, count };
}
