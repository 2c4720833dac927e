import { Fault } from "../base/fault.ts";
import { type Reason, reason } from "../base/reason.ts";
import { allocateInt16, allocateUint8 } from "../volume/allocate.ts";
import { grid } from "../volume/grid.ts";
import { toLps } from "../volume/orient.ts";
import { patientPoint } from "../volume/space.ts";
import { ThreadLost, type Threads } from "../volume/threads.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";
import type { Arrangement, PlacedSlice } from "./arrange-slices.ts";
import { type DecodedFrames, decodeFramesTask, type FrameToDecode } from "./decode-frames.ts";
import { airHu, paddingMark } from "./hounsfield.ts";
import { interpolateSlots } from "./interpolate-slots.ts";
import type { Stack } from "./stack.ts";
import { straighten } from "./straighten.ts";

/** The slice a plane of the volume was made of. */
export interface LoadedSlice {
  /** Of the slice itself; of the nearest one where the plane was interpolated. */
  readonly sopInstanceUid: string;
  readonly instanceNumber: number | null;
  /** Of the plane, along the direction in which k grows, mm. */
  readonly positionMm: number;
}

/** A stack as voxels: HU, oriented to LPS, one entry of `slices` for each plane along k. */
export interface LoadedVolume {
  readonly stackId: string;
  readonly volume: Volume;
  readonly slices: readonly LoadedSlice[];
  /** 1 where nothing was measured (HU −1024 there); absent when nothing is padded. */
  readonly padding?: Mask;
  /** What decoding found that the headers had not said. */
  readonly because: readonly Reason[];
}

export interface LoadOptions {
  readonly threads: Threads;
  readonly signal: AbortSignal;
  /** @param fraction 0 … 1 */
  readonly progress: (fraction: number) => void;
}

/** Slices of a stack that may cost their thread; then a batch that costs one is not tried slice by slice. Each costs the time limit of a job. */
const mostLostThreads = 4;
/** Frames a job: enough that a job's cost hides its messages, few enough that progress moves and an abort is soon obeyed. */
const framesPerJob = 8;

/**
 * Decodes a stack on the caller's threads straight into one shared Int16 volume in HU (rounded), then fills missing slices by linear interpolation,
 * straightens a tilted gantry's shear and orients to LPS. Padding becomes −1024 HU and is marked.
 * @throws RangeError when the summary has faults
 * @throws Fault `unreadable-slices` when more slices fail to decode than may be interpolated
 */
export async function loadVolume(stack: Stack, options: LoadOptions): Promise<LoadedVolume> {
  const { arrangement, summary } = stack;
  if (arrangement === null || summary.faults.length > 0)
    throw new RangeError(`no volume: ${summary.faults.map(({ code }) => code).join(", ")}`);
  const { rows, columns } = summary;
  const decoded = await decodeSlices(arrangement, rows * columns, options);
  const { failed } = decoded;
  // Decoding stopped when there were too many: there may be more.
  if (tooMany(failed, arrangement)) throw new Fault("unreadable-slices", { count: failed.size, of: arrangement.slices.length });
  const because = failed.size > 0 ? [reason("series.slices-undecodable", { count: failed.size })] : [];
  const present = arrangement.slices.filter((_, n) => !failed.has(n));
  const data = interpolateSlots(decoded.data, rows * columns, present, arrangement);
  const straight = straighten(data, { rows, columns, arrangement, slices: present });
  const planes = planesOf(arrangement, present);
  const raw = volume(gridOf(arrangement, straight.rows, straight.columns, straight.firstPixel), straight.data);
  const padding = decoded.padded > 0 || arrangement.sheared ? separatePadding(raw) : null;
  const { volume: oriented, axes } = toLps(raw);
  const slices = axes[2]?.from === 2 ? planes : [];
  options.progress(1);
  return { stackId: summary.stackId, volume: oriented, slices, ...(padding ? { padding: toLps(padding).volume } : {}), because };
}

interface DecodedSlices {
  /** Slot by slot, or slice by slice when slots are fractional. */
  readonly data: Int16Array<ArrayBufferLike>;
  readonly failed: ReadonlySet<number>;
  readonly padded: number;
}

async function decodeSlices(
  arrangement: Arrangement,
  sliceVoxels: number,
  { threads, signal, progress }: LoadOptions,
): Promise<DecodedSlices> {
  const places = arrangement.interpolated ? arrangement.slices.length : arrangement.slots;
  const data = allocateInt16(places * sliceVoxels);
  const frames = arrangement.slices.map((slice, n) => frameOf(slice, arrangement.interpolated ? n : slice.slot));
  const failed = new Set<number>();
  let next = 0;
  let done = 0;
  let padded = 0;
  let lost = 0;
  /** A frame that costs its thread is one that failed; the others of its batch are then decoded one by one, unless that was seen too often. */
  const decode = async (batch: readonly FrameToDecode[]): Promise<DecodedFrames> => {
    try {
      return await threads.run(decodeFramesTask, { frames: batch, target: data, sliceVoxels });
    } catch (error) {
      if (!(error instanceof ThreadLost)) throw error;
    }
    if (batch.length === 1) lost++;
    const alone = batch.length > 1 && lost < mostLostThreads;
    const counts: (number | null)[] = [];
    for (const frame of batch) counts.push(...(alone ? await decode([frame]) : [null]));
    return counts;
  };
  const work = async (): Promise<void> => {
    while (next < frames.length && !tooMany(failed, arrangement)) {
      signal.throwIfAborted();
      const from = next;
      next += framesPerJob;
      const batch = frames.slice(from, next);
      const counts = await decode(batch);
      counts.forEach((count, n) => {
        if (count === null) failed.add(from + n);
        else padded += count;
      });
      done += batch.length;
      progress((0.95 * done) / frames.length);
    }
  };
  await Promise.all(Array.from({ length: threads.count }, work));
  signal.throwIfAborted();
  return { data, failed, padded };
}

function frameOf({ file, frame }: PlacedSlice, slot: number): FrameToDecode {
  const { origin, transferSyntaxUid, format, padding, context } = file;
  if (frame.rescale === null && context.series.modality === "CT") throw new RangeError("a CT slice without rescale");
  // Outside CT the absence of a Modality LUT means that stored values are the values (DICOM PS3.3 C.11.1).
  const { slope, intercept } = frame.rescale ?? { slope: 1, intercept: 0 };
  return { origin, pieces: frame.pieces, transferSyntaxUid, format, slope, intercept, padding, slot };
}

/** Slices that failed are missing ones; the same limits hold as for those that were never there (see arrange-slices.ts). */
function tooMany(failed: ReadonlySet<number>, arrangement: Arrangement): boolean {
  const total = arrangement.slices.length;
  let run = 0;
  let longest = 0;
  for (let n = 0; n < total; n++) {
    run = failed.has(n) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  const missing = failed.size + arrangement.missingPositions;
  return failed.size > 0 && (longest > 3 || 2 * failed.size >= total || missing > Math.max(2, 0.05 * arrangement.slots));
}

function gridOf(arrangement: Arrangement, rows: number, columns: number, firstPixel: readonly [number, number]): Volume["grid"] {
  const [first] = arrangement.slices;
  const { rowDirection, columnDirection, pixelSpacingMm, positionMm } = first?.frame ?? {};
  if (!rowDirection || !columnDirection || !pixelSpacingMm || !positionMm) throw new RangeError("a slice without geometry");
  const [i, j] = [firstPixel[0] * pixelSpacingMm[0], firstPixel[1] * pixelSpacingMm[1]];
  const at = (axis: 0 | 1 | 2): number => positionMm[axis] + i * rowDirection[axis] + j * columnDirection[axis];
  return grid({
    size: [columns, rows, arrangement.slots],
    spacingMm: [pixelSpacingMm[0], pixelSpacingMm[1], arrangement.slotSpacingMm],
    origin: patientPoint(at(0), at(1), at(2)),
    directions: [rowDirection, columnDirection, arrangement.kDirection],
  });
}

/** For each plane of the grid the slice it came from, or the nearest one. */
function planesOf(arrangement: Arrangement, present: readonly PlacedSlice[]): readonly LoadedSlice[] {
  const start = arrangement.slices[0]?.positionMm ?? 0;
  let near = 0;
  return Array.from({ length: arrangement.slots }, (_, slot): LoadedSlice => {
    const distance = (n: number): number => Math.abs((present[n]?.slot ?? Number.POSITIVE_INFINITY) - slot);
    while (near + 1 < present.length && distance(near + 1) <= distance(near)) near++;
    const { file } = present[near] as PlacedSlice;
    return {
      sopInstanceUid: file.sopInstanceUid,
      instanceNumber: file.instanceNumber,
      positionMm: start + slot * arrangement.slotSpacingMm,
    };
  });
}

/** Moves the padding mark out of the voxels into a mask of its own. */
function separatePadding({ grid: where, data }: Volume): Mask | null {
  const mask = allocateUint8(data.length);
  let count = 0;
  for (let n = 0; n < data.length; n++) {
    if (data[n] === paddingMark) {
      data[n] = airHu;
      mask[n] = 1;
      count++;
    }
  }
  return count > 0 ? volume(where, mask) : null;
}
