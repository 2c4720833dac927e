import type { Vector3 } from "../space.ts";
import type { Volume } from "../volume.ts";
import { tissueHu } from "./draw-body.ts";
import { fillSolid, type Solid } from "./fill.ts";
import { both, ellipsoid, tube, tubes } from "./solids.ts";
import type { Thorax } from "./thorax.ts";

/** Spine, ribs with their cartilages, breastbone, collarbones and shoulder blades. */
export function drawBones(volume: Volume, thorax: Thorax): void {
  drawRibs(volume, thorax);
  drawSpine(volume, thorax);
  drawBreastbone(volume);
  for (const side of [-1, 1] as const) drawShoulder(volume, side);
}

/** Bone as a shell of cortex around marrow; all shells first, so that pieces of one bone join without walls between. */
function drawBone(volume: Volume, shells: readonly Solid[], cores: readonly Solid[], marrowHu: number = tissueHu.marrow): void {
  for (const shell of shells) fillSolid(volume, shell, tissueHu.cortex);
  for (const core of cores) fillSolid(volume, core, marrowHu);
}

const ribs = 12;

function drawRibs(volume: Volume, thorax: Thorax): void {
  for (const side of [-1, 1] as const) {
    for (let rib = 0; rib < ribs; rib++) {
      const path = ribPath(thorax, side, rib);
      const [r, cortexMm] = [rib === 0 ? 4.4 : 5.2, 1.3];
      drawBone(volume, tubes(path, r, r - 0.4), tubes(path, r - cortexMm, r - cortexMm - 0.4));
      if (rib >= 1 && rib <= 6) {
        const end = path[path.length - 1]!;
        const at: Vector3 = [side * 14, -95 + (rib > 4 ? 3 : 0), Math.min(34, 40 - 21 * rib)];
        const way: Vector3 = [(end[0] + at[0]) / 2, Math.min(end[1], at[1]) - 3, (end[2] + at[2]) / 2 - 3];
        for (const piece of tubes([end, way, at], 5)) fillSolid(volume, piece, tissueHu.cartilage);
      }
    }
  }
}

/** From the spine outward, downward and forward along the cage's wall; false ribs end early. */
function ribPath(thorax: Thorax, side: -1 | 1, rib: number): Vector3[] {
  const backZ = 88 - 23.5 * rib;
  const dropMm = [28, 45, 58, 68, 75, 80, 84, 84, 78, 66, 45, 25][rib]!;
  const until = [-50, -58, -60, -60, -58, -54, -46, -36, -24, -8, 22, 48][rib]!;
  const path: Vector3[] = [[side * 20, thorax.spineY(backZ) + 12, backZ + 2]];
  const steps = 28;
  for (let step = 0; step <= steps; step++) {
    const degrees = 78 + ((until - 78) * step) / steps;
    const done = (78 - degrees) / 150;
    const z = backZ - dropMm * done ** 1.25;
    path.push(thorax.onCage(side, (degrees * Math.PI) / 180, z, rib === 0 ? 8.5 : 7.2));
  }
  return path;
}

const vertebraMm = 23.5;

function drawSpine(volume: Volume, thorax: Thorax): void {
  const { spineY } = thorax;
  const edgeMm = (insetMm: number) => {
    return (x: number, y: number, z: number): number => {
      const phase = (z + 300) / vertebraMm;
      const level = phase - Math.floor(phase) - 0.5;
      const waist = 1.8 * Math.cos(2 * Math.PI * level);
      const bulge = Math.hypot(x / 1.18, y - spineY(z)) - (15.5 - waist) + insetMm;
      return Math.max(bulge, (Math.abs(level) - 0.41) * vertebraMm + insetMm);
    };
  };
  const solid = (insetMm: number): Solid => {
    const edge = edgeMm(insetMm);
    return { lo: [-22, 20, -300], hi: [22, 100, 300], distanceMm: (x, y, z) => edge(x, y, z) / 1.3, edgeMm: edge };
  };
  const disc = (x: number, y: number, z: number): number => Math.hypot(x / 1.18, y - spineY(z)) - 15;
  fillSolid(volume, { lo: [-22, 20, -300], hi: [22, 100, 300], distanceMm: disc }, 85);
  fillSolid(volume, solid(0), 480);
  fillSolid(volume, solid(1.2), tissueHu.marrow - 20);
  for (let z = -200 + ((200 - 188) % vertebraMm); z < 125; z += vertebraMm) drawArch(volume, spineY(z), z);
}

function drawArch(volume: Volume, y: number, z: number): void {
  const shells: Solid[] = [];
  const cores: Solid[] = [];
  const piece = (from: Vector3, to: Vector3, radiusMm: number, endRadiusMm: number): void => {
    shells.push(tube(from, to, radiusMm, endRadiusMm));
    cores.push(tube(from, to, radiusMm - 1.3, endRadiusMm - 1.3));
  };
  for (const side of [-1, 1] as const) {
    piece([side * 11, y + 11, z + 3], [side * 12, y + 21, z], 4, 4.5);
    piece([side * 12, y + 21, z], [side * 32, y + 32, z + 2], 5, 4);
    piece([side * 12, y + 21, z], [0, y + 32, z - 5], 4, 4);
  }
  piece([0, y + 31, z - 5], [0, y + 47, z - 20], 3.6, 4);
  drawBone(volume, shells, cores);
  fillSolid(volume, tube([0, y + 23, z - 6], [0, y + 23, z + 7], 8), -20);
  fillSolid(volume, tube([0, y + 23, z - 12], [0, y + 23, z + 13], 6.5), 30);
}

function drawBreastbone(volume: Volume): void {
  const plate = (insetMm: number): Solid => {
    const edgeMm = (x: number, y: number, z: number): number => {
      const half = z > 8 ? 17 + 0.35 * (z - 8) : 15 + 4 * Math.min(1, (8 - z) / 70);
      const front = -95 + 0.12 * Math.max(0, z);
      return Math.max(both(Math.abs(x) - half, Math.abs(y - front) - 5.5, 7), z - 46, -92 - z) + insetMm;
    };
    return { lo: [-35, -110, -100], hi: [35, -75, 50], distanceMm: (x, y, z) => edgeMm(x, y, z) / 1.3, edgeMm };
  };
  drawBone(volume, [plate(0)], [plate(1.3)], 140);
  const gap = (_x: number, _y: number, z: number): number => Math.abs(z - 8) - 1.4;
  const inPlate = plate(0);
  const edgeMm = (x: number, y: number, z: number): number => Math.max(gap(x, y, z), inPlate.edgeMm!(x, y, z));
  fillSolid(volume, { ...inPlate, distanceMm: (x, y, z) => edgeMm(x, y, z) / 1.3, edgeMm }, tissueHu.cartilage);
}

function drawShoulder(volume: Volume, side: -1 | 1): void {
  const collarbone: Vector3[] = [
    [side * 22, -84, 52],
    [side * 50, -84, 62],
    [side * 80, -66, 72],
    [side * 112, -42, 84],
    [side * 140, -34, 96],
  ];
  drawBone(volume, tubes(collarbone, 7, 5.5), tubes(collarbone, 5.2, 3.8));
  const blade = (thicknessMm: number): Solid => ellipsoid([side * 100, 96, 32], [62, 40, thicknessMm], [side * 0.25, -0.12, 1]);
  const turned = (thicknessMm: number): Solid => {
    const flat = blade(thicknessMm);
    // The plate is laid against the cage's back by shearing it forward as it runs outward.
    const shear = (x: number): number => 0.012 * (Math.abs(x) - 60) ** 1.55;
    const edgeMm = (x: number, y: number, z: number): number => {
      const away = Math.max(0, Math.abs(x) - 60);
      const plane = y + (away > 0 ? shear(x) : 0) - 107 + 0.1 * z;
      const outline = Math.hypot((Math.abs(x) - 98 - 0.25 * (z - 30)) / 42, (z - 32) / 66) - 1;
      return Math.max(Math.abs(plane) - thicknessMm, outline * 40);
    };
    return { lo: [flat.lo[0] - 60, 40, -60], hi: [flat.hi[0] + 60, 130, 130], distanceMm: (x, y, z) => edgeMm(x, y, z) / 1.8, edgeMm };
  };
  drawBone(volume, [turned(2.8)], [turned(1.5)]);
  const spine: Vector3[] = [
    [side * 66, 112, 62],
    [side * 105, 104, 76],
    [side * 142, 74, 96],
  ];
  drawBone(volume, tubes(spine, 5, 7), tubes(spine, 3.6, 5.4));
}
