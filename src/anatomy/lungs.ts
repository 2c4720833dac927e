import { type Reason, reason } from "../base/reason.ts";
import { allocateUint8 } from "../volume/allocate.ts";
import { labelComponents } from "../volume/components.ts";
import { voxelVolumeMm3 } from "../volume/grid.ts";
import type { Vector3 } from "../volume/space.ts";
import type { Threads } from "../volume/threads.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";
import { type Airways, findAirways } from "./airways.ts";
import { type Body, findBody } from "./body.ts";
import { incompleteBecause, type LungCoverage, lungCoverage, notAChest } from "./coverage.ts";
import { envelope } from "./envelope.ts";
import { labelsAtFullResolution } from "./full-resolution.ts";
import { leftLung, partLeftRight, rightLung } from "./left-right.ts";
import { blockFor, reduceByBlocks, unseenHu } from "./reduce.ts";

/** Both lungs, or what of them the scan shows. */
export interface Lungs extends LungCoverage {
  readonly kind: "lungs";
  /** 1 right, 2 left, on the grid of the volume; vessels, nodules and masses inside included, trachea and main bronchi not. */
  readonly labels: Mask;
  /** Trachea and main bronchi with their wall, on a coarser grid of its own (about 1.4 mm). */
  readonly airways: Mask;
  /** Median HU of the trachea's lumen; null when no trachea was found. */
  readonly tracheaHu: number | null;
  /** Share of the body's outline that the edge of the field of view cuts. */
  readonly bodyCutShare: number;
  /** False when part of the lungs is not in the picture or one is opaque or missing; `because` says which. */
  readonly complete: boolean;
  readonly because: readonly Reason[];
}

/** Nothing that can be read as lungs, and why. */
export interface NoLungs {
  readonly kind: "no-lungs";
  readonly because: readonly Reason[];
}

export interface FindLungsOptions {
  readonly threads: Threads;
  readonly signal: AbortSignal;
  /** @param fraction 0 … 1 */
  readonly progress: (fraction: number) => void;
  /** 1 where nothing was measured (outside the circular field of view), on the volume's grid. */
  readonly padding?: Mask;
}

const fineMm = 1.4;
const coarseMm = 3;
const airBelowHu = -400;
/** Fewer slices show no shape. */
const leastSlices = 8;
/** A CT of a body shows air somewhere, in it or around it. */
const surelyAirHu = -700;
/** Median of a body's tissue in HU: between fat and muscle, bone only in part. */
const mostTissueHu = 250;

const noLungs = (code: string, values: Reason["values"] = {}): NoLungs => ({ kind: "no-lungs", because: [reason(code, values)] });

/**
 * Finds both lungs on CT: body, trachea and main bronchi, air inside the body, right and left, then each lung's outline with what is solid
 * in it and at its wall. Works on means of voxel blocks of about 1.4 mm; only the labels are made at full resolution.
 * @param given HU, axes oriented to LPS (i to the left, j to the back, k to the head)
 * @returns lungs, or why there are none: too few slices, no HU, no body, no lung air, only bases or apices
 * @throws the signal's reason when it is aborted
 */
export async function findLungs(given: Volume, options: FindLungsOptions): Promise<Lungs | NoLungs> {
  const { signal, progress, padding } = options;
  const pause = async (fraction: number): Promise<void> => {
    progress(fraction);
    await new Promise((resume) => setTimeout(resume, 0));
    signal.throwIfAborted();
  };
  await pause(0);
  if (given.grid.size[2] < leastSlices) return noLungs("anatomy.too-few-slices", { slices: given.grid.size[2] });
  const block = blockFor(given.grid, fineMm);
  const fine = reduceByBlocks(given, block, padding?.data);
  await pause(0.1);
  const scene = findScene(fine);
  if (scene.kind === "no-lungs") return scene;
  await pause(0.2);
  const airways = findAirways(fine, scene.inside, scene.midlineI);
  await pause(0.45);
  const air = lungAir(fine, scene.inside, airways);
  if (air === null) return noLungs("anatomy.no-lung-air");
  const sides = partLeftRight(air, fine, scene.midlineI);
  await pause(0.6);
  const lungs = outlines(sides, airways, fine);
  await pause(0.9);
  const coverage = lungCoverage(lungs, fine);
  const because = notAChest(coverage, airways !== null);
  if (because !== null) return { kind: "no-lungs", because: [because] };
  const labels = labelsAtFullResolution(lungs, block, given);
  await pause(1);
  const missing = incompleteBecause(coverage);
  return {
    kind: "lungs",
    labels,
    airways: airways?.central ?? volume(fine.grid, allocateUint8(fine.data.length)),
    ...coverage,
    tracheaHu: airways?.tracheaHu ?? null,
    bodyCutShare: scene.bodyCutShare,
    complete: missing.length === 0,
    because: airways === null ? [...missing, reason("anatomy.no-trachea")] : missing,
  };
}

/** Body and midline on the fine grid. */
interface Scene {
  readonly kind: "scene";
  readonly inside: Uint8Array;
  readonly midlineI: number;
  readonly bodyCutShare: number;
}

function findScene(fine: Volume): Scene | NoLungs {
  const block = blockFor(fine.grid, coarseMm);
  const coarse = reduceByBlocks(fine, block);
  if (!coarse.data.some((hu) => hu < surelyAirHu && hu !== unseenHu)) return noLungs("anatomy.no-air");
  const body = findBody(coarse);
  if (body === null) return noLungs("anatomy.no-body");
  if (Math.abs(body.tissueHu) > mostTissueHu) return noLungs("anatomy.not-hounsfield", { tissueHu: body.tissueHu });
  return { kind: "scene", inside: spread(body, block, fine), midlineI: body.midlineI * block[0], bodyCutShare: body.cutShare };
}

/** Both lungs as a reader would outline them, on the grid of their air: 1 right, 2 left. */
function outlines(sides: Mask, airways: Airways | null, fine: Volume): Mask {
  const labels = allocateUint8(sides.data.length);
  const lung = allocateUint8(sides.data.length);
  const forbidden = allocateUint8(sides.data.length);
  for (const side of [rightLung, leftLung] as const) {
    for (let at = 0; at < lung.length; at++) {
      const label = sides.data[at]!;
      lung[at] = label === side ? 1 : 0;
      forbidden[at] = (label !== 0 && label !== side) || airways?.central.data[at] === 1 ? 1 : 0;
    }
    const whole = envelope(volume(sides.grid, lung), forbidden, fine, side === rightLung ? -1 : 1).data;
    for (let at = 0; at < lung.length; at++) if (whole[at] === 1 && labels[at] === 0) labels[at] = side;
  }
  return volume(sides.grid, labels);
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
