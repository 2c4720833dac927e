import type { Volume } from "../volume.ts";
import { fillSolid, type Solid } from "./fill.ts";
import { ellipsoid, tube } from "./solids.ts";
import type { Thorax } from "./thorax.ts";

/** Typical HU of tissues at 120 kVp without contrast. */
export const tissueHu = {
  air: -1000,
  foam: -900,
  tableShell: -350,
  skin: 10,
  fat: -105,
  muscle: 55,
  liver: 60,
  spleen: 50,
  water: 8,
  blood: 40,
  myocardium: 48,
  cartilage: 110,
  cortex: 750,
  marrow: 190,
  bronchialWall: 20,
} as const;

/** Table, skin, fat, muscle and what lies under the diaphragm. */
export function drawBody(volume: Volume, thorax: Thorax): void {
  drawTable(volume);
  const { body, cageMm } = thorax;
  fillSolid(volume, body, tissueHu.skin);
  fillSolid(volume, moved(body, 2), tissueHu.fat);
  // The two sides mirror each other, so the nearer wall is that of the own side.
  const cavityMm = (x: number, y: number, z: number): number => cageMm(x < 0 ? -1 : 1, x, y, z);
  const wallMm = (x: number, y: number, z: number): number => {
    const girdle = z > 0 ? 34 * Math.min(1, z / 60) : 0;
    const wall = Math.min(cavityMm(x, y, z), Math.max(Math.abs(x) - 40, Math.abs(y - 20) - 60)) - 22 - girdle;
    // The fat under the skin is thicker at the sides and at the back than in front.
    const fat = 9 + 5 * Math.sin(0.021 * x) ** 2 + 3 * Math.sin(0.03 * z + 0.02 * y);
    return Math.max(wall, body.edgeMm!(x, y, z) + fat);
  };
  const box = { lo: body.lo, hi: body.hi };
  fillSolid(volume, { ...box, distanceMm: (x, y, z) => wallMm(x, y, z) / 1.5, edgeMm: wallMm }, tissueHu.muscle);
  drawFatPlanes(volume, thorax, cavityMm, wallMm);
  fillSolid(volume, cavitySolid(box, cavityMm), tissueHu.fat + 5);
  drawBelly(volume, thorax);
}

const moved = (solid: Solid, inwardMm: number): Solid => ({
  ...solid,
  distanceMm: (x, y, z) => solid.distanceMm(x, y, z) + inwardMm / 1.5,
  edgeMm: (x, y, z) => solid.edgeMm!(x, y, z) + inwardMm,
});

function cavitySolid(box: Pick<Solid, "lo" | "hi">, cavityMm: (x: number, y: number, z: number) => number): Solid {
  // Between the two sides, behind the breastbone and in front of the spine.
  const edgeMm = (x: number, y: number, z: number): number =>
    Math.min(cavityMm(x, y, z) - 1.2, Math.max((Math.hypot(x / 38, (y - 6 - 0.1 * z) / 86) - 1) * 38, z - 118));
  return { ...box, distanceMm: (x, y, z) => edgeMm(x, y, z) / 1.5, edgeMm };
}

/** Thin layers of fat between the muscles of the wall. */
function drawFatPlanes(
  volume: Volume,
  { cageMm }: Thorax,
  cavityMm: (x: number, y: number, z: number) => number,
  wallMm: (x: number, y: number, z: number) => number,
): void {
  for (const [depthMm, halfMm] of [
    [15.5, 0.9],
    [23, 0.7],
  ] as const) {
    const edgeMm = (x: number, y: number, z: number): number => {
      const waves = 1.6 * Math.sin(0.05 * z + 0.02 * x) + 1.2 * Math.sin(0.045 * y);
      const plane = Math.abs(cavityMm(x, y, z) - depthMm - waves) - halfMm;
      // Away from the plane the wall cannot bring it nearer.
      return plane > 2 ? plane : Math.max(plane, wallMm(x, y, z) + 2);
    };
    fillSolid(volume, { lo: [-180, -120, -300], hi: [180, 140, 95], distanceMm: (x, y, z) => edgeMm(x, y, z) / 1.6, edgeMm }, -70);
  }
  // A seam of fat between the ribs and the pleura at the sides of the spine.
  const seamMm = (x: number, y: number, z: number): number => Math.max(Math.abs(cageMm(x < 0 ? -1 : 1, x, y, z) - 1.2) - 0.6, 55 - y);
  fillSolid(volume, { lo: [-150, 50, -190], hi: [150, 120, 60], distanceMm: (x, y, z) => seamMm(x, y, z) / 1.6, edgeMm: seamMm }, -60);
}

function drawTable(volume: Volume): void {
  for (const [insetMm, hu] of [
    [0, tissueHu.tableShell],
    [2.2, tissueHu.foam],
  ] as const) {
    const edgeMm = (x: number, y: number): number => Math.abs(y - 156 + (x * x) / 2200) - 11 + insetMm;
    const lo = -215 + insetMm;
    fillSolid(volume, { lo: [lo, 100, -400], hi: [-lo, 175, 400], distanceMm: (x, y) => edgeMm(x, y) / 1.05, edgeMm }, hu);
  }
}

/** Liver under the right dome; spleen, stomach with its bubble and fat under the left. */
function drawBelly(volume: Volume, thorax: Thorax): void {
  const right = thorax.dome(-1);
  const left = thorax.dome(1);
  fillSolid(volume, moved(right, 0.5), tissueHu.muscle);
  fillSolid(volume, moved(left, 0.5), tissueHu.muscle);
  fillSolid(volume, moved(left, 3), tissueHu.fat);
  const liver = moved(right, 2.5);
  fillSolid(volume, liver, tissueHu.liver);
  const lobeMm = (x: number, y: number, z: number): number => Math.max(left.edgeMm!(x, y, z) + 4, x - 30 + 0.5 * (y + 70), y + 20);
  fillSolid(volume, { lo: left.lo, hi: left.hi, distanceMm: (x, y, z) => lobeMm(x, y, z) / 1.6, edgeMm: lobeMm }, tissueHu.liver);
  const top = left.hi[2];
  fillSolid(volume, ellipsoid([92, 46, top - 68], [50, 30, 26], [0.35, -0.2, 1]), tissueHu.spleen);
  fillSolid(volume, ellipsoid([58, 4, top - 62], [42, 34, 36], [0.6, -0.5, 0.6]), tissueHu.muscle);
  fillSolid(volume, ellipsoid([58, 4, top - 62], [39, 31, 33], [0.6, -0.5, 0.6]), tissueHu.water + 20);
  fillSolid(volume, ellipsoid([62, -12, top - 52], [20, 16, 17], [0.6, -0.5, 0.6]), tissueHu.air + 10);
  fillSolid(volume, tube([12, 42, -195], [4, 40, -110], 10), tissueHu.muscle);
  for (const [x, y] of [
    [-45, 5],
    [-80, -20],
    [-95, 25],
    [-60, 35],
  ] as const) {
    fillSolid(volume, tube([-30, 10, -185], [x, y, right.hi[2] - 30], 5, 2), tissueHu.blood);
  }
}
