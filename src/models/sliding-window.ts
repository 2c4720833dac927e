import { allocateFloat32 } from "../volume/allocate.ts";
import type { Vector3 } from "../volume/space.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import type { CtEncoding } from "./card.ts";
import { encodedBox } from "./encoded-box.ts";
import type { Session, Tensor } from "./session.ts";
import { type Span, upToLattice, windowSpans } from "./window-spans.ts";

/** What one output of a net says of a volume, cell by cell. */
export interface CellMap {
  /** `channels` maps of i · j · k cells, i fastest; NaN where no window was run. */
  readonly data: Float32Array<ArrayBufferLike>;
  readonly channels: number;
  readonly size: Vector3;
  /** Voxels a cell along every axis: the middle of cell n lies at voxel (n + ½) · stride − ½. */
  readonly stride: number;
}

export interface SlidingJob {
  readonly session: Session;
  readonly encoding: CtEncoding;
  /** HU. */
  readonly ct: Volume;
  /** On the grid of `ct`: windows from which no voxel of it would be taken are not run. */
  readonly wanted: Mask;
  readonly signal: AbortSignal;
  /** @param fraction 0 … 1 */
  readonly progress: (fraction: number) => void;
}

/**
 * Runs a fully convolutional net with one input "ct" (1 × 1 × k × j × i) over a volume, window by window. All windows lie on one lattice, so
 * that a cell well within two windows gets the same from both; each cell is taken from the window in which it lies deeper.
 * @returns the outputs of the net by name
 * @throws the signal's reason, between windows, when aborted
 */
export async function slideWindows(job: SlidingJob): Promise<ReadonlyMap<string, CellMap>> {
  const { ct, wanted, session, signal, progress } = job;
  const { size } = ct.grid;
  const [spansI, spansJ, spansK] = windowSpans(size);
  const windows = spansK.flatMap((k) => spansJ.flatMap((j) => spansI.map((i): Window => [i, j, k])));
  const chosen = windows.filter((window) => holdsAny(wanted, window));
  const maps = new Map<string, CellMap>();
  for (const [n, window] of chosen.entries()) {
    signal.throwIfAborted();
    progress(n / chosen.length);
    const [i, j, k] = window;
    const data = encodedBox(ct, [i.start, j.start, k.start], [i.length, j.length, k.length], job.encoding);
    const outputs = await session.run({ ct: { data, shape: [1, 1, k.length, j.length, i.length] } });
    for (const [name, output] of Object.entries(outputs)) {
      const map = maps.get(name) ?? emptyMap(size, output, window[0].length);
      maps.set(name, map);
      take(map, output, window);
    }
  }
  signal.throwIfAborted();
  progress(1);
  return maps;
}

type Window = readonly [Span, Span, Span];

function holdsAny({ data, grid }: Mask, [i, j, k]: Window): boolean {
  const [ni, nj, nk] = grid.size;
  for (let z = k.from; z < Math.min(nk, k.to); z++) {
    for (let y = j.from; y < Math.min(nj, j.to); y++) {
      const row = ni * (y + nj * z);
      for (let x = row + i.from; x < row + Math.min(ni, i.to); x++) if (data[x] !== 0) return true;
    }
  }
  return false;
}

function emptyMap(voxels: Vector3, { shape }: Tensor, windowLength: number): CellMap {
  const channels = shape[1]!;
  const stride = windowLength / shape[4]!;
  const size = voxels.map((count) => upToLattice(count) / stride) as unknown as Vector3;
  return { data: allocateFloat32(channels * size[0] * size[1] * size[2]).fill(Number.NaN), channels, size, stride };
}

/** Copies the window's own cells into the map. */
function take({ data, channels, size, stride }: CellMap, { data: given }: Tensor, window: Window): void {
  const [i, j, k] = window.map(({ start, length, from, to }) => ({
    start: start / stride,
    length: length / stride,
    from: from / stride,
    to: to / stride,
  })) as unknown as Window;
  for (let channel = 0; channel < channels; channel++) {
    for (let z = k.from; z < k.to; z++) {
      for (let y = j.from; y < j.to; y++) {
        const from = i.length * (y - j.start + j.length * (z - k.start + k.length * channel)) - i.start;
        data.set(given.subarray(from + i.from, from + i.to), i.from + size[0] * (y + size[1] * (z + size[2] * channel)));
      }
    }
  }
}
