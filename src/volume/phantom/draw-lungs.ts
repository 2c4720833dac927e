import type { SeededRandom } from "../../base/seeded-random.ts";
import { dot, type Vector3 } from "../space.ts";
import type { Volume } from "../volume.ts";
import { tissueHu } from "./draw-body.ts";
import { mainAirways, vesselRoots } from "./draw-mediastinum.ts";
import { fillWithin, visitSolid } from "./fill.ts";
import { type NoiseTiles, noiseTiles, textureAt } from "./noise.ts";
import { add, tube, unit } from "./solids.ts";
import type { Thorax } from "./thorax.ts";
import { type Branch, growTree } from "./vessel-tree.ts";

/** A piece of a vessel or an airway inside a lung. */
export interface Piece {
  readonly from: Vector3;
  readonly to: Vector3;
  readonly radiusMm: number;
  readonly endRadiusMm: number;
  /** Index of the piece it continues, −1 at the hilum. */
  readonly parent: number;
}

/** All trees of one lung. `airways` has the radii of the lumina. */
export interface LungTrees {
  readonly arteries: readonly Piece[];
  readonly veins: readonly Piece[];
  readonly airways: readonly Piece[];
}

const arteryEnds = 2300;
const veinEnds = 1500;
/** Thickness goes with the lung served: r = r₀·share^(1/2.8), near Murray's cube law. */
const murrayExponent = 2.8;
const thinnestLumenMm = 0.75;

/** Arteries with the airways they run beside, and veins between them, of one lung. */
export function growLung(thorax: Thorax, sideSign: -1 | 1, random: SeededRandom): LungTrees {
  const side = sideSign < 0 ? "right" : "left";
  const lungMm = thorax.lung(sideSign).edgeMm!;
  const points = (count: number): Vector3[] => pointsInside(thorax, sideSign, count, random);
  const bronchus = mainAirways[side];
  const stemMm = side === "right" ? 4.9 : 4.4;
  const branches = growTree(bronchus[bronchus.length - 1]!, points(arteryEnds), random);
  const lumina = piecesOf(branches, stemMm, 0.9);
  const beside = besideAirways(branches, lumina, vesselRoots.artery[side]);
  const veins = piecesOf(growTree(vesselRoots.vein[side], points(veinEnds), random), 5.4, 1);
  const reaches = (piece: Piece): boolean => lungMm(...piece.to) < 2;
  return { airways: lumina.map((piece) => (reaches(piece) ? piece : { ...piece, radiusMm: 0, endRadiusMm: 0 })), arteries: beside, veins };
}

function pointsInside(thorax: Thorax, sideSign: -1 | 1, count: number, random: SeededRandom): Vector3[] {
  const lung = thorax.lung(sideSign);
  const found: Vector3[] = [];
  while (found.length < count) {
    const at = [0, 1, 2].map((axis) => lung.lo[axis]! + (lung.hi[axis]! - lung.lo[axis]!) * random.uniform()) as unknown as Vector3;
    if (lung.edgeMm!(...at) < -3) found.push(at);
  }
  return found;
}

function piecesOf(branches: readonly Branch[], stemMm: number, scale: number): Piece[] {
  return branches.map(({ from, to, share, parent }) => {
    const radiusMm = scale * stemMm * share ** (1 / murrayExponent);
    const before = parent < 0 ? radiusMm : Math.min(radiusMm * 1.15, scale * stemMm * branches[parent]!.share ** (1 / murrayExponent));
    return { from, to, radiusMm: before, endRadiusMm: radiusMm, parent };
  });
}

export const wallMm = (lumenMm: number): number => 0.35 + 0.16 * lumenMm;

/** Each airway's artery: the same tree, moved sideways by what both need, the same side kept from branch to branch. */
function besideAirways(branches: readonly Branch[], lumina: readonly Piece[], root: Vector3): Piece[] {
  const offsets: Vector3[] = [];
  return branches
    .map(({ from, to, parent }, index) => {
      const { radiusMm, endRadiusMm } = lumina[index]!;
      const along = unit(add(to, from, -1));
      const last: Vector3 = parent < 0 ? [-0.2, -0.5, 0.8] : offsets[parent]!;
      const across = add(last, along, -dot(last, along));
      const sideways = Math.hypot(...across) > 0.05 ? unit(across) : last;
      offsets.push(sideways);
      const airway = endRadiusMm > thinnestLumenMm ? endRadiusMm + wallMm(endRadiusMm) + 0.3 : 0;
      const reach = airway + endRadiusMm * 1.1;
      const start = parent < 0 ? root : null;
      const end = add(to, sideways, reach);
      return { from: start ?? from, to: end, radiusMm: radiusMm * 1.12, endRadiusMm: endRadiusMm * 1.12, parent };
    })
    .map((piece, _, all) => (piece.parent < 0 ? piece : { ...piece, from: all[piece.parent]!.to }));
}

/** Parenchyma: less dense in front, denser behind, with a fine texture; labels 1 right, 2 left where a voxel's centre is inside.
 * Without random numbers: no texture and no fissures. */
export function drawParenchyma(volume: Volume, labels: Uint8Array, thorax: Thorax, random: SeededRandom | null): void {
  const texture: NoiseTiles | null = random === null ? null : noiseTiles(random, 16, 1.5, 0);
  const { data } = volume;
  const step = volume.grid.spacingMm[0];
  for (const sideSign of [-1, 1] as const) {
    const label = sideSign < 0 ? 1 : 2;
    const hu = (x: number, y: number, z: number): number =>
      -868 + 0.42 * y + (texture === null ? 0 : 20 * textureAt(texture, x, y, z) + fissureHu(sideSign, x, y, z));
    visitSolid(volume, thorax.lung(sideSign), {
      run: (from, to, x, y, z) => {
        labels.fill(label, from, to);
        for (let index = from; index < to; index++) data[index] = hu(x + (index - from) * step, y, z);
      },
      edge: (index, f, x, y, z) => {
        if (f >= 0.5) labels[index] = label;
        data[index] = (1 - f) * data[index]! + f * hu(x, y, z);
      },
    });
  }
}

/** The oblique fissure of each lung and the horizontal one on the right: thin and slightly curved sheets. */
function fissureHu(sideSign: -1 | 1, x: number, y: number, z: number): number {
  const bow = 0.0011 * (x - sideSign * 70) ** 2;
  const oblique = Math.abs(0.62 * y - 0.785 * z - 45 - bow);
  const thin = oblique < 0.8 ? 0.8 - oblique : 0;
  if (sideSign > 0) return 170 * thin;
  const level = Math.abs(z + 34 + 0.0016 * (x + 70) ** 2 + 0.08 * y);
  const front = 0.62 * y - 0.785 * z - 45 - bow < 0;
  return 170 * Math.max(thin, front && level < 0.8 ? 0.8 - level : 0);
}

/** Vessels and airways, inside the labels only: walls, then vessels, then the air of the airways. */
export function drawTrees(volume: Volume, labels: Uint8Array, trees: LungTrees): void {
  const draw = (piece: Piece, growMm: number, hu: number): void => {
    const { from, to, radiusMm, endRadiusMm } = piece;
    fillWithin(volume, labels, tube(from, to, radiusMm + growMm, endRadiusMm + growMm), hu);
  };
  const open = trees.airways.filter(({ endRadiusMm }) => endRadiusMm > thinnestLumenMm);
  for (const piece of open) draw(piece, wallMm(piece.endRadiusMm), -50);
  for (const piece of [...trees.veins, ...trees.arteries]) if (piece.endRadiusMm > 0) draw(piece, 0, tissueHu.blood + 5);
  for (const piece of open) draw(piece, 0, tissueHu.air + 30);
}
