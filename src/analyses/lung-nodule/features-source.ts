import { squaredDistanceMm2 } from "../../volume/distance.ts";
import { type Grid, voxelCount } from "../../volume/grid.ts";
import { resample } from "../../volume/resample.ts";
import type { Vector3 } from "../../volume/space.ts";
import { type Mask, type Volume, volume } from "../../volume/volume.ts";
import type { FeatureGrid, FeatureSource } from "./features.ts";
import { boxSpacingMm, type LungBox } from "./lung-box.ts";

/** Spacing of the distance maps, mm. */
const mapSpacingMm = 2.5;
/** What is denser counts as this, so that a vessel in ground glass weighs no more than the ground glass. */
const hazeHu = -500;
/** Ribs and vertebrae; calcifications and contrast in vessels as well. */
const boneHu = 300;

/** Makes ready what features are read from: the box's arrays, and maps of the depth in the lung and the distances to the airways and to bone. */
export function featureSource({ hu, labels, airways }: LungBox): FeatureSource {
  const coarse = coarseGrid(hu.grid);
  const lung = onGrid(labels, coarse);
  const depth = squaredDistanceMm2(lung, "outside");
  const airway = squaredDistanceMm2(onGrid(airways, coarse), "inside");
  const bone = squaredDistanceMm2(boneOn(coarse, hu, labels), "inside");
  const at = (map: Float32Array<ArrayBufferLike>, position: Vector3): number => {
    const voxel = position.map((value, axis) => {
      const index = Math.round((value * boxSpacingMm) / mapSpacingMm);
      return Math.max(0, Math.min(coarse.size[axis]! - 1, index));
    });
    return Math.sqrt(map[voxel[0]! + coarse.size[0] * (voxel[1]! + coarse.size[1] * voxel[2]!)]!);
  };
  return {
    fine: { hu: hu.data, labels: labels.data, size: hu.grid.size, spacingMm: boxSpacingMm },
    hazy: hazyGrid(hu.data, labels.data, hu.grid.size),
    depthMm: (position) => at(depth, position),
    airwayMm: (position) => at(airway, position),
    boneMm: (position) => at(bone, position),
  };
}

/** Blocks of 2 × 2 × 2 voxels, cut to −1000 … −500 HU, lung voxels only; in the lung where at least half of the block is. */
function hazyGrid(hu: Int16Array<ArrayBufferLike>, labels: Uint8Array<ArrayBufferLike>, size: Vector3): FeatureGrid {
  const half = size.map((count) => Math.floor(count / 2)) as unknown as Vector3;
  const out = {
    hu: new Int16Array(half[0] * half[1] * half[2]),
    labels: new Uint8Array(half[0] * half[1] * half[2]),
    size: half,
    spacingMm: 2,
  };
  const corners = [0, 1, size[0], size[0] + 1].flatMap((step) => [step, step + size[0] * size[1]]);
  let to = 0;
  for (let k = 0; k < half[2]; k++) {
    for (let j = 0; j < half[1]; j++) {
      let from = 2 * size[0] * (j + size[1] * k);
      for (let i = 0; i < half[0]; i++, to++, from += 2) {
        let sum = 0;
        let inside = 0;
        for (const corner of corners) {
          const label = labels[from + corner]!;
          if (label === 0) continue;
          sum += Math.max(-1000, Math.min(hazeHu, hu[from + corner]!));
          inside++;
          if (inside === 4) out.labels[to] = label;
        }
        out.hu[to] = inside === 0 ? -1000 : Math.round(sum / inside);
      }
    }
  }
  return out;
}

/** Coarse voxels near which anything is as dense as bone and outside the lung: of a thin cortex, sampling would miss most. */
function boneOn(coarse: Grid, { data, grid: { size } }: Volume, labels: Mask): Mask {
  const mask = new Uint8Array(voxelCount(coarse));
  const onto = [0, 1, 2].map((axis) =>
    Array.from({ length: size[axis]! }, (_, n) => Math.min(coarse.size[axis]! - 1, Math.round((n * boxSpacingMm) / mapSpacingMm))),
  );
  let at = 0;
  for (const k of onto[2]!) {
    for (const j of onto[1]!) {
      const row = coarse.size[0] * (j + coarse.size[1] * k);
      for (const i of onto[0]!) {
        if (data[at]! >= boneHu && labels.data[at] === 0) mask[row + i] = 1;
        at++;
      }
    }
  }
  return volume(coarse, mask);
}

/** Voxel n of the coarse grid lies on voxel n·mapSpacing/boxSpacing of the box. */
function coarseGrid(g: Grid): Grid {
  const size = g.size.map((count) => Math.max(1, Math.floor(((count - 1) * boxSpacingMm) / mapSpacingMm) + 1)) as unknown as Vector3;
  return { ...g, size, spacingMm: [mapSpacingMm, mapSpacingMm, mapSpacingMm] };
}

function onGrid(mask: Mask, target: Grid): Mask {
  const sampled = resample(mask, target, { interpolation: "nearest", outsideValue: 0 });
  const binary = new Uint8Array(voxelCount(target));
  for (let at = 0; at < binary.length; at++) binary[at] = sampled.data[at] === 0 ? 0 : 1;
  return volume(target, binary);
}
