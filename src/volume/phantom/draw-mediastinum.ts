import type { Vector3 } from "../space.ts";
import type { Volume } from "../volume.ts";
import { tissueHu } from "./draw-body.ts";
import { fillSolid } from "./fill.ts";
import { add, ellipsoid, tubes } from "./solids.ts";
import type { Thorax } from "./thorax.ts";

/** Windpipe and main bronchi from the neck to where the lungs' own airways begin. */
export const mainAirways = {
  trachea: [
    [0, 6, 130],
    [0, 11, 70],
    [1, 19, 2],
  ] as Vector3[],
  tracheaRadiusMm: 8.5,
  right: [
    [1, 19, 2],
    [-14, 20, -12],
    [-32, 19, -24],
  ] as Vector3[],
  rightRadiiMm: [7, 5.6] as const,
  left: [
    [1, 19, 2],
    [20, 21, -12],
    [44, 24, -30],
  ] as Vector3[],
  leftRadiiMm: [6.2, 4.8] as const,
};

/** Where each lung's arteries and veins begin. */
export const vesselRoots = {
  artery: { right: [-33, 9, -17] as Vector3, left: [44, 16, -20] as Vector3 },
  vein: { right: [-30, 8, -48] as Vector3, left: [40, 14, -50] as Vector3 },
};

/** Heart, great vessels, oesophagus and the main airways' walls (their lumina come last, with clearMainAirways). */
export function drawMediastinum(volume: Volume, thorax: Thorax): void {
  drawHeart(volume, thorax);
  drawVessels(volume);
  const wall = tissueHu.bronchialWall;
  const { trachea, tracheaRadiusMm, right, rightRadiiMm, left, leftRadiiMm } = mainAirways;
  for (const piece of tubes(trachea, tracheaRadiusMm + 1.8)) fillSolid(volume, piece, wall);
  for (const piece of tubes(right, rightRadiiMm[0] + 1.6, rightRadiiMm[1] + 1.4)) fillSolid(volume, piece, wall);
  for (const piece of tubes(left, leftRadiiMm[0] + 1.6, leftRadiiMm[1] + 1.4)) fillSolid(volume, piece, wall);
}

/** Air in the windpipe and the main bronchi. */
export function clearMainAirways(volume: Volume): void {
  const { trachea, tracheaRadiusMm, right, rightRadiiMm, left, leftRadiiMm } = mainAirways;
  const air = tissueHu.air + 15;
  for (const piece of tubes(trachea, tracheaRadiusMm)) fillSolid(volume, piece, air);
  for (const piece of tubes(right, ...rightRadiiMm)) fillSolid(volume, piece, air);
  for (const piece of tubes(left, ...leftRadiiMm)) fillSolid(volume, piece, air);
}

function drawHeart(volume: Volume, { heart, heartFrame }: Thorax): void {
  const { center, radiiMm, along } = heartFrame;
  const shrunk = (mm: number): Vector3 => [radiiMm[0] - mm, radiiMm[1] - mm, radiiMm[2] - mm];
  fillSolid(volume, heart, 20);
  fillSolid(volume, ellipsoid(center, shrunk(1.3), along), tissueHu.fat + 10);
  fillSolid(volume, ellipsoid(add(center, [1, -1, 0]), shrunk(7), along), tissueHu.myocardium);
  // Chambers hold slightly less dense blood; atria and ventricles are parted by fat in their groove.
  fillSolid(volume, ellipsoid(add(center, [20, -4, -16]), [34, 21, 20], along), tissueHu.blood);
  fillSolid(volume, ellipsoid(add(center, [-2, -18, -10]), [30, 17, 18], along), tissueHu.blood);
  fillSolid(volume, ellipsoid([4, 6, -52], [30, 19, 22], [1, 0.1, 0]), tissueHu.blood + 2);
  fillSolid(volume, ellipsoid([-24, -22, -68], [21, 24, 30]), tissueHu.blood);
}

function drawVessels(volume: Volume): void {
  const blood = tissueHu.blood;
  const draw = (path: readonly Vector3[], radiusMm: number, endRadiusMm: number = radiusMm, hu: number = blood): void => {
    for (const piece of tubes(path, radiusMm, endRadiusMm)) fillSolid(volume, piece, hu);
  };
  draw(
    [
      [6, -22, -48],
      [-10, -28, -12],
      [-10, -22, 14],
      [0, -8, 31],
      [14, 14, 33],
      [22, 36, 22],
      [23, 46, 0],
      [20, 49, -80],
      [12, 46, -200],
    ],
    15.5,
    11.5,
  );
  draw(
    [
      [18, -36, -46],
      [22, -30, -18],
      [20, -14, -8],
    ],
    13.5,
    13,
  );
  draw([[18, -14, -10], [2, -6, -18], [-18, 2, -18], vesselRoots.artery.right], 10.5, 7);
  draw([[20, -14, -8], [32, 4, -8], vesselRoots.artery.left], 11, 7);
  draw(
    [
      [-22, -14, -60],
      [-20, -14, 0],
      [-17, -14, 48],
    ],
    9,
    7.5,
  );
  draw(
    [
      [-17, -14, 44],
      [-12, -20, 60],
      [-34, -22, 92],
      [-70, -18, 104],
    ],
    7.5,
    6,
  );
  draw(
    [
      [-14, -18, 50],
      [14, -32, 54],
      [40, -24, 84],
      [72, -18, 100],
    ],
    6.5,
    6,
  );
  draw(
    [
      [-4, -10, 36],
      [-14, -2, 62],
      [-24, 4, 120],
    ],
    6,
    4.5,
  );
  draw(
    [
      [8, 4, 36],
      [13, 4, 70],
      [16, 6, 120],
    ],
    4,
    3.8,
  );
  draw(
    [
      [16, 16, 36],
      [24, 20, 66],
      [42, 8, 92],
      [70, 2, 104],
    ],
    5,
    4.5,
  );
  for (const side of ["right", "left"] as const) draw([[side === "right" ? -14 : 20, 8, -52], vesselRoots.vein[side]], 8, 6);
  draw(
    [
      [2, 33, 130],
      [4, 34, 20],
      [6, 35, -60],
      [14, 34, -120],
    ],
    6.5,
    7.5,
    38,
  );
  draw(
    [
      [3, 33, 90],
      [5, 33.5, 60],
    ],
    1.6,
    1,
    -500,
  );
  draw(
    [
      [-8, 50, 10],
      [-9, 52, -100],
    ],
    3,
    3,
  );
  for (const [x, y, z, r] of [
    [-12, 2, 18, 4],
    [-14, 6, 6, 5],
    [8, 20, -20, 5],
    [-3, -34, 20, 3],
    [10, -18, 16, 3.5],
  ] as const) {
    fillSolid(volume, ellipsoid([x, y, z], [r * 1.5, r, r * 1.2]), 42);
  }
  draw(
    [
      [-4, -58, 30],
      [6, -62, 0],
    ],
    7,
    4,
    -55,
  );
}
