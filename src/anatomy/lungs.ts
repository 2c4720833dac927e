import { type Reason, reason } from "../base/reason.ts";
import { allocateUint8 } from "../volume/allocate.ts";
import { labelComponents } from "../volume/components.ts";
import { voxelCount, voxelVolumeMm3 } from "../volume/grid.ts";
import type { Vector3 } from "../volume/space.ts";
import type { Threads } from "../volume/threads.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";
import { type Airways, findAirways } from "./airways.ts";
import { type Body, findBody } from "./body.ts";
import { envelope } from "./envelope.ts";
import { labelAtFullResolution } from "./full-resolution.ts";
import { leftLung, partLeftRight, rightLung } from "./left-right.ts";
import { blockFor, reduceByBlocks, unseenHu } from "./reduce.ts";

/** Both lungs, or what of them the scan shows. */
export interface Lungs {
  readonly kind: "lungs";
  /** 1 right, 2 left, on the grid of the volume; vessels and nodules inside included, trachea and main bronchi not. */
  readonly labels: Mask;
  /** Lumen of trachea and main bronchi with their wall, on a coarser grid of its own. */
  readonly airways: Mask;
  readonly volumesMl: { readonly right: number; readonly left: number };
  /** Median HU of the trachea's lumen; null when no trachea was found. */
  readonly tracheaHu: number | null;
  /** False when part of the lungs is not in the picture or one is opaque or missing; `because` says which. */
  readonly complete: boolean;
  readonly because: readonly Reason[];
}

export interface NoLungs {
  readonly kind: "no-lungs";
  readonly because: readonly Reason[];
}

export interface FindLungsOptions {
  readonly threads: Threads;
  readonly signal: AbortSignal;
  /** @param fraction 0 … 1 */
  readonly progress: (fraction: number) => void;
  /** Stored value that stands for "not seen", where the headers name one. */
  readonly padding?: number;
}

const fineMm = 1.4;
const coarseMm = 3;
const airBelowHu = -400;

const noLungs = (code: string, values: Reason["values"] = {}): NoLungs => ({ kind: "no-lungs", because: [reason(code, values)] });

/**
 * Finds both lungs on CT.
 * @param given HU, axes oriented to LPS
 */
export async function findLungs(given: Volume, options: FindLungsOptions): Promise<Lungs | NoLungs> {
  const { signal, progress, padding } = options;
  const pause = async (fraction: number): Promise<void> => {
    progress(fraction);
    await Promise.resolve();
    signal.throwIfAborted();
  };
  const block = blockFor(given.grid, fineMm);
  const fine = reduceByBlocks(given, block, padding);
  await pause(0.15);
  const coarseBlock = blockFor(fine.grid, coarseMm);
  const coarse = reduceByBlocks(fine, coarseBlock, unseenHu);
  const body = findBody(coarse);
  if (body === null) return noLungs("anatomy.no-body");
  const inside = spread(body, coarseBlock, fine);
  const midlineI = body.midlineI * coarseBlock[0];
  await pause(0.3);
  const airways = findAirways(fine, inside, midlineI);
  await pause(0.4);
  const air = lungAir(fine, inside, airways);
  if (air === null) return noLungs("anatomy.no-lung-air");
  const sides = partLeftRight(air, fine, midlineI);
  await pause(0.6);
  const labels = allocateUint8(voxelCount(given.grid));
  const envelopes = [rightLung, leftLung].map((side) => {
    const lung = allocateUint8(air.data.length);
    const forbidden = allocateUint8(air.data.length);
    for (let at = 0; at < lung.length; at++) {
      const label = sides.data[at]!;
      lung[at] = label === side ? 1 : 0;
      forbidden[at] = (label !== 0 && label !== side) || airways?.central.data[at] === 1 ? 1 : 0;
    }
    return envelope(volume(fine.grid, lung), forbidden, fine, side === rightLung ? -1 : 1);
  });
  await pause(0.8);
  envelopes.forEach((lung, index) => {
    labelAtFullResolution(lung, block, given, labels, index + 1);
  });
  await pause(1);
  const voxelMl = voxelVolumeMm3(given.grid) / 1000;
  const counts = [0, 0, 0];
  for (const label of labels) counts[label]! += 1;
  return {
    kind: "lungs",
    labels: volume(given.grid, labels),
    airways: airways?.central ?? volume(fine.grid, allocateUint8(fine.data.length)),
    volumesMl: { right: counts[rightLung]! * voxelMl, left: counts[leftLung]! * voxelMl },
    tracheaHu: airways?.tracheaHu ?? null,
    complete: true,
    because: [],
  };
}

/** The inside of the body on the fine grid. */
function spread(body: Body, block: Vector3, fine: Volume): Uint8Array {
  const [ni, nj, nk] = fine.grid.size;
  const [ci, cj, ck] = body.inside.grid.size;
  const out = allocateUint8(fine.data.length);
  let at = 0;
  for (let k = 0; k < nk; k++) {
    const kk = Math.min(ck - 1, Math.floor(k / block[2]));
    for (let j = 0; j < nj; j++) {
      const row = ci * (Math.min(cj - 1, Math.floor(j / block[1])) + cj * kk);
      for (let i = 0; i < ni; i++, at++) out[at] = body.inside.data[row + Math.min(ci - 1, Math.floor(i / block[0]))]!;
    }
  }
  return out;
}

/** Large parts of the air in the body, without the airways. */
function lungAir(fine: Volume, inside: Uint8Array, airways: Airways | null): Mask | null {
  const air = allocateUint8(fine.data.length);
  for (let at = 0; at < air.length; at++) {
    const hu = fine.data[at]!;
    air[at] = hu < airBelowHu && hu !== unseenHu && inside[at] === 1 && airways?.central.data[at] !== 1 ? 1 : 0;
  }
  const parts = labelComponents(volume(fine.grid, air), 6);
  const most = parts.voxels.subarray(1).reduce((a, b) => Math.max(a, b), 0);
  const voxelMl = voxelVolumeMm3(fine.grid) / 1000;
  const deep = new Float64Array(parts.count + 1);
  for (let at = 0; at < air.length; at++) if (fine.data[at]! < -960) deep[parts.labels[at]!]! += 1;
  const keep = new Uint8Array(parts.count + 1);
  let any = false;
  for (let label = 1; label <= parts.count; label++) {
    const voxels = parts.voxels[label]!;
    const gas = deep[label]! > 0.6 * voxels && voxels * voxelMl < 1500;
    keep[label] = voxels > 0.05 * most && voxels * voxelMl > 50 && !gas ? 1 : 0;
    any ||= keep[label] === 1;
  }
  if (!any) return null;
  for (let at = 0; at < air.length; at++) air[at] = keep[parts.labels[at]!]!;
  return volume(fine.grid, air);
}
