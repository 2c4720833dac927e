import { squaredDistanceMm2 } from "../../volume/distance.ts";
import { type Grid, voxelCount } from "../../volume/grid.ts";
import { resample } from "../../volume/resample.ts";
import type { Vector3 } from "../../volume/space.ts";
import { type Mask, volume } from "../../volume/volume.ts";
import type { FeatureSource } from "./features.ts";
import { boxSpacingMm, type LungBox } from "./lung-box.ts";

/** Spacing of the distance maps, mm. */
const mapSpacingMm = 2.5;

/** Makes ready what features are read from: the box's arrays, and maps of the depth in the lung and the distance to the airways. */
export function featureSource({ hu, labels, airways }: LungBox): FeatureSource {
  const coarse = coarseGrid(hu.grid);
  const lung = onGrid(labels, coarse);
  const depth = squaredDistanceMm2(lung, "outside");
  const airway = squaredDistanceMm2(onGrid(airways, coarse), "inside");
  const at = (map: Float32Array<ArrayBufferLike>, position: Vector3): number => {
    const voxel = position.map((value, axis) => {
      const index = Math.round((value * boxSpacingMm) / mapSpacingMm);
      return Math.max(0, Math.min(coarse.size[axis]! - 1, index));
    });
    return Math.sqrt(map[voxel[0]! + coarse.size[0] * (voxel[1]! + coarse.size[1] * voxel[2]!)]!);
  };
  return {
    hu: hu.data,
    labels: labels.data,
    size: hu.grid.size,
    depthMm: (position) => at(depth, position),
    airwayMm: (position) => at(airway, position),
  };
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
