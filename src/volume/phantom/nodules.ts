import type { SeededRandom } from "../../base/seeded-random.ts";
import { dot, patientPoint, type Vector3 } from "../space.ts";
import type { Volume } from "../volume.ts";
import type { LungTrees, Piece } from "./draw-lungs.ts";
import { paint } from "./paint.ts";
import { ballShape } from "./shape.ts";
import { add, unit } from "./solids.ts";
import type { Thorax } from "./thorax.ts";

export type NoduleTexture = "solid" | "part-solid" | "non-solid" | "calcified";
export type Attachment = "none" | "pleura" | "vessel";

/** A nodule that is wanted. */
export interface NoduleSpec {
  readonly diameterMm: number;
  readonly texture: NoduleTexture;
  /** Of the solid core; needed for part-solid ones, else left out. */
  readonly coreDiameterMm?: number;
  readonly hu?: number;
  readonly coreHu?: number;
  readonly attachment?: Attachment;
  readonly side?: "right" | "left";
  /** Where it must be; found when left out. */
  readonly centerMm?: Vector3;
}

/** A nodule that is there. */
export interface NoduleTruth {
  readonly centerMm: Vector3;
  readonly diameterMm: number;
  /** πd³/6; for one that the pleura cuts, the part inside the lung. */
  readonly volumeMm3: number;
  readonly texture: NoduleTexture;
  readonly hu: number;
  readonly coreDiameterMm: number | null;
  readonly coreVolumeMm3: number | null;
  readonly coreHu: number | null;
  readonly attachment: Attachment;
  readonly side: "right" | "left";
}

const usualHu: Readonly<Record<NoduleTexture, number>> = { solid: 40, "part-solid": -600, "non-solid": -620, calcified: 420 };
const usualCoreHu = 40;

/** Finds a place for every nodule and clears the vessels out of those that touch none. */
export function placeNodules(
  specs: readonly NoduleSpec[],
  thorax: Thorax,
  grown: readonly LungTrees[],
  rangeZ: readonly [number, number],
  random: SeededRandom,
): { placed: NoduleTruth[]; trees: LungTrees[] } {
  const placed: NoduleTruth[] = [];
  let trees = [...grown];
  specs.forEach((spec, order) => {
    const side = sideOf(spec, order);
    const sideSign = side === "right" ? -1 : 1;
    const own = trees[side === "right" ? 0 : 1];
    const free = (at: Vector3): boolean =>
      at[2] - spec.diameterMm > rangeZ[0] &&
      at[2] + spec.diameterMm < rangeZ[1] &&
      placed.every((other) => distance(other.centerMm, at) > (other.diameterMm + spec.diameterMm) / 2 + 12);
    const found = spec.centerMm ? { at: spec.centerMm, keep: -1 } : findPlace(spec, thorax, sideSign, own, free, random);
    placed.push(truthOf(spec, side, found.at, thorax));
    if (own) {
      const cleared = clearOf(own, found.at, spec.diameterMm / 2 + 1.2, found.keep);
      trees = trees.map((tree) => (tree === own ? cleared : tree));
    }
  });
  return { placed, trees };
}

const distance = (a: Vector3, b: Vector3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

function sideOf({ side, centerMm }: NoduleSpec, order: number): "right" | "left" {
  if (side) return side;
  if (centerMm) return centerMm[0] < 0 ? "right" : "left";
  return order % 2 === 0 ? "right" : "left";
}

function truthOf(spec: NoduleSpec, side: "right" | "left", centerMm: Vector3, thorax: Thorax): NoduleTruth {
  const { diameterMm, texture, coreDiameterMm, attachment = "none" } = spec;
  if (!(diameterMm > 0)) throw new RangeError(`diameterMm must be positive, got ${diameterMm}`);
  if ((texture === "part-solid") !== (coreDiameterMm !== undefined))
    throw new RangeError("part-solid nodules, and only they, have a coreDiameterMm");
  if (coreDiameterMm !== undefined && !(coreDiameterMm > 0 && coreDiameterMm < diameterMm)) {
    throw new RangeError(`coreDiameterMm must be in 0 … ${diameterMm}, got ${coreDiameterMm}`);
  }
  const hasCore = coreDiameterMm !== undefined;
  return {
    centerMm,
    diameterMm,
    volumeMm3: ballVolumeMm3(diameterMm) * (attachment === "pleura" ? partInside(centerMm, diameterMm, side, thorax) : 1),
    texture,
    hu: spec.hu ?? usualHu[texture],
    coreDiameterMm: coreDiameterMm ?? null,
    coreVolumeMm3: hasCore ? ballVolumeMm3(coreDiameterMm) : null,
    coreHu: hasCore ? (spec.coreHu ?? usualCoreHu) : null,
    attachment,
    side,
  };
}

const ballVolumeMm3 = (diameterMm: number): number => (Math.PI * diameterMm ** 3) / 6;

/** The part of a ball that lies inside the lung, on 60³ points. */
function partInside(centerMm: Vector3, diameterMm: number, side: "right" | "left", thorax: Thorax): number {
  const lungMm = thorax.lung(side === "right" ? -1 : 1).edgeMm!;
  const steps = 60;
  const at = (step: number): number => ((step + 0.5) / steps - 0.5) * diameterMm;
  let [ball, inside] = [0, 0];
  for (let a = 0; a < steps; a++)
    for (let b = 0; b < steps; b++)
      for (let c = 0; c < steps; c++) {
        const [x, y, z] = [at(a), at(b), at(c)];
        if (4 * (x * x + y * y + z * z) > diameterMm ** 2) continue;
        ball++;
        if (lungMm(centerMm[0] + x, centerMm[1] + y, centerMm[2] + z) < 0) inside++;
      }
  return inside / ball;
}

interface Place {
  readonly at: Vector3;
  /** The vessel piece it sits on; −1 for none. */
  readonly keep: number;
}

function findPlace(
  spec: NoduleSpec,
  thorax: Thorax,
  sideSign: -1 | 1,
  trees: LungTrees | undefined,
  free: (at: Vector3) => boolean,
  random: SeededRandom,
): Place {
  const radiusMm = spec.diameterMm / 2;
  if (spec.attachment === "pleura") return { at: atPleura(radiusMm, thorax, sideSign, free, random), keep: -1 };
  if (spec.attachment === "vessel" && trees) return atVessel(radiusMm, thorax, sideSign, trees, free, random);
  return { at: inParenchyma(radiusMm, thorax, sideSign, trees, free, random), keep: -1 };
}

const tries = 3000;

function somewhere(thorax: Thorax, sideSign: -1 | 1, deeperThanMm: number, random: SeededRandom): Vector3 | null {
  const { lo, hi, edgeMm } = thorax.lung(sideSign);
  const at: Vector3 = [
    lo[0] + (hi[0] - lo[0]) * random.uniform(),
    lo[1] + (hi[1] - lo[1]) * random.uniform(),
    lo[2] + (hi[2] - lo[2]) * random.uniform(),
  ];
  return edgeMm!(...at) < -deeperThanMm ? at : null;
}

/** Clear of the pleura, where the thickest vessel in the way is thinnest. */
function inParenchyma(
  radiusMm: number,
  thorax: Thorax,
  sideSign: -1 | 1,
  trees: LungTrees | undefined,
  free: (at: Vector3) => boolean,
  random: SeededRandom,
): Vector3 {
  let [best, least, seen] = [null as Vector3 | null, Infinity, 0];
  for (let attempt = 0; attempt < tries && seen < 60; attempt++) {
    const at = somewhere(thorax, sideSign, radiusMm + 4, random);
    if (!at || !free(at)) continue;
    seen++;
    const thickest = trees ? thickestNear(trees, at, radiusMm + 1.5) : 0;
    if (thickest < least) [best, least] = [at, thickest];
  }
  if (!best) throw new RangeError(`no place for a nodule of radius ${radiusMm} mm`);
  return best;
}

/** Against the chest wall, a tenth of the radius beyond the pleura. */
function atPleura(radiusMm: number, thorax: Thorax, sideSign: -1 | 1, free: (at: Vector3) => boolean, random: SeededRandom): Vector3 {
  const lungMm = thorax.lung(sideSign).edgeMm!;
  for (let attempt = 0; attempt < tries; attempt++) {
    const start = somewhere(thorax, sideSign, 12, random);
    if (!start) continue;
    const outward = unit([sideSign * (0.4 + random.uniform()), 1.2 * (random.uniform() - 0.3), 0.3 * (random.uniform() - 0.5)]);
    let wall = start;
    for (let step = 0; step < 400 && lungMm(...wall) < 0; step++) wall = add(wall, outward, Math.max(0.2, -0.5 * lungMm(...wall)));
    const inward = unit(gradient(lungMm, wall).map((slope) => -slope) as unknown as Vector3);
    const at = add(wall, inward, 0.9 * radiusMm);
    if (Math.abs(thorax.cageMm(sideSign, ...wall)) < 0.6 && wall[2] < 55 && wall[2] > -110 && free(at)) return at;
  }
  throw new RangeError(`no place at the pleura for a nodule of radius ${radiusMm} mm`);
}

function gradient(f: (x: number, y: number, z: number) => number, [x, y, z]: Vector3): Vector3 {
  const h = 0.5;
  return [f(x + h, y, z) - f(x - h, y, z), f(x, y + h, z) - f(x, y - h, z), f(x, y, z + h) - f(x, y, z - h)];
}

/** Beside a vessel of 1 to 2 mm radius, touching it. */
function atVessel(
  radiusMm: number,
  thorax: Thorax,
  sideSign: -1 | 1,
  trees: LungTrees,
  free: (at: Vector3) => boolean,
  random: SeededRandom,
): Place {
  const lungMm = thorax.lung(sideSign).edgeMm!;
  for (let attempt = 0; attempt < tries; attempt++) {
    const keep = random.integer(trees.veins.length);
    const { from, to, endRadiusMm } = trees.veins[keep]!;
    if (endRadiusMm < 1 || endRadiusMm > 2 || distance(from, to) < 6) continue;
    const along = unit(add(to, from, -1));
    const any: Vector3 = [random.normal(), random.normal(), random.normal()];
    const across = unit(add(any, along, -dot(any, along)));
    const middle = add(from, add(to, from, -1), 0.5);
    const at = add(middle, across, radiusMm + 0.3 * endRadiusMm);
    if (lungMm(...at) < -radiusMm - 3 && free(at)) return { at, keep };
  }
  throw new RangeError(`no vessel for a nodule of radius ${radiusMm} mm`);
}

function nearestMm({ from, to }: Piece, at: Vector3): number {
  const way = add(to, from, -1);
  const offset = add(at, from, -1);
  const t = Math.min(1, Math.max(0, dot(offset, way) / Math.max(1e-9, dot(way, way))));
  return distance(add(from, way, t), at);
}

function thickestNear({ arteries, veins, airways }: LungTrees, at: Vector3, reachMm: number): number {
  let thickest = 0;
  for (const piece of [...arteries, ...veins, ...airways]) {
    if (piece.radiusMm > thickest && nearestMm(piece, at) < reachMm + piece.radiusMm) thickest = piece.radiusMm;
  }
  return thickest;
}

/** Trees without what passes within the reach of a place, nor what hangs on it; `keep` and what it hangs on stay. */
function clearOf(trees: LungTrees, at: Vector3, reachMm: number, keep: number): LungTrees {
  const cleared = (pieces: readonly Piece[], kept: number): Piece[] => {
    const stays = new Set<number>();
    for (let index = kept; index >= 0; index = pieces[index]!.parent) stays.add(index);
    const gone: boolean[] = [];
    return pieces.map((piece, index) => {
      const hangs = piece.parent >= 0 && gone[piece.parent] === true;
      const near = piece.parent !== kept && nearestMm(piece, at) < reachMm + piece.radiusMm;
      gone[index] = !stays.has(index) && (hangs || near);
      return gone[index] ? { ...piece, radiusMm: 0, endRadiusMm: 0 } : piece;
    });
  };
  return { arteries: cleared(trees.arteries, -2), veins: cleared(trees.veins, keep < 0 ? -2 : keep), airways: cleared(trees.airways, -2) };
}

/** Paints a nodule, its core and, at the pleura, only what lies inside the lung. */
export function drawNodule(volume: Volume, thorax: Thorax, nodule: NoduleTruth): NoduleTruth {
  const lungMm = thorax.lung(nodule.side === "right" ? -1 : 1).edgeMm!;
  const center = patientPoint(...nodule.centerMm);
  const where = nodule.attachment === "pleura" ? { where: (x: number, y: number, z: number) => lungMm(x, y, z) < 0 } : {};
  paint(volume, ballShape(center, nodule.diameterMm), nodule.hu, where);
  if (nodule.coreDiameterMm !== null && nodule.coreHu !== null)
    paint(volume, ballShape(center, nodule.coreDiameterMm), nodule.coreHu, where);
  return nodule;
}
