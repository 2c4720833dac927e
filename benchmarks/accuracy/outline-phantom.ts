// A piece of lung with one ball in it, made by arithmetic: what outline.ts is held against where the truth is known exactly.
import { seededRandom } from "../../src/base/seeded-random.ts";
import { gaussian } from "../../src/volume/gaussian.ts";
import { axialGrid, voxelCount } from "../../src/volume/grid.ts";
import { addBall, addTube } from "../../src/volume/phantom/ball.ts";
import { paint } from "../../src/volume/phantom/paint.ts";
import { ballShape } from "../../src/volume/phantom/shape.ts";
import { type PatientPoint, patientPoint, type Vector3 } from "../../src/volume/space.ts";
import type { Volume } from "../../src/volume/volume.ts";

export interface BallScene {
  readonly diameterMm: number;
  readonly hu: number;
  readonly lungHu: number;
  readonly spacingMm: Vector3;
  /** Where the ball's middle lies off a voxel centre, in voxels. */
  readonly offsetVoxels: Vector3;
  /** Sigma of the scanner's blur. */
  readonly blurMm: number;
  readonly noiseHu: number;
  /** A vessel of this diameter ends in the ball's middle; 0 for none. */
  readonly vesselMm: number;
  /** A flat wall that holds this share of the ball's diameter; 0 for none. */
  readonly wallShare: number;
  readonly seed: number;
  /** Half the width of the piece of lung. */
  readonly halfWidthMm: number;
}

export const plainBall: BallScene = {
  diameterMm: 8,
  hu: 20,
  lungHu: -860,
  spacingMm: [0.7, 0.7, 1],
  offsetVoxels: [0, 0, 0],
  blurMm: 0.6,
  noiseHu: 0,
  vesselMm: 0,
  wallShare: 0,
  seed: 1,
  halfWidthMm: 26,
};

/** The piece of lung and the middle of its ball. */
export function ballScene(scene: BallScene): { volume: Volume; center: PatientPoint } {
  const size = scene.spacingMm.map((mm) => 2 * Math.ceil(scene.halfWidthMm / mm) + 1) as unknown as Vector3;
  const grid = axialGrid(size, scene.spacingMm, patientPoint(-40, 25, -300));
  const volume: Volume = { grid, data: new Int16Array(voxelCount(grid)).fill(scene.lungHu) };
  const at = (axis: 0 | 1 | 2): number => grid.origin[axis] + ((size[axis] - 1) / 2 + scene.offsetVoxels[axis]) * scene.spacingMm[axis];
  const center = patientPoint(at(0), at(1), at(2));
  if (scene.wallShare > 0) {
    const wallX = center[0] + scene.diameterMm * (0.5 - scene.wallShare);
    const block = { lo: [wallX, -1e3, -1e3], hi: [1e3, 1e3, 1e3], distanceMm: (x: number) => wallX - x } as const;
    paint(volume, block, scene.hu);
  }
  if (scene.vesselMm > 0) {
    const far = patientPoint(center[0] + 11, center[1] - 22, center[2] + 9);
    addTube(volume, { fromMm: center, toMm: far, diameterMm: scene.vesselMm, hu: scene.hu });
  }
  if (scene.wallShare > 0 || scene.vesselMm > 0) paint(volume, ballShape(center, scene.diameterMm), scene.hu);
  else addBall(volume, { centerMm: center, diameterMm: scene.diameterMm, hu: scene.hu });
  finish(volume, scene);
  return { volume, center };
}

/** Blur, and noise with the grain of that blur. */
function finish(volume: Volume, scene: BallScene): void {
  const { size, spacingMm } = volume.grid;
  const sigmaVoxels = spacingMm.map((mm) => scene.blurMm / mm) as unknown as Vector3;
  const picture = Float32Array.from(volume.data);
  const blurred = scene.blurMm > 0 ? gaussian(picture, size, sigmaVoxels) : picture;
  const random = seededRandom(scene.seed);
  const grain = Float32Array.from({ length: picture.length }, () => (scene.noiseHu > 0 ? random.normal() : 0));
  const noise = scene.noiseHu > 0 && scene.blurMm > 0 ? gaussian(grain, size, sigmaVoxels) : grain;
  const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length) || 1;
  for (let index = 0; index < picture.length; index++) {
    volume.data[index] = Math.round(blurred[index]! + (noise[index]! / deviation) * scene.noiseHu);
  }
}
