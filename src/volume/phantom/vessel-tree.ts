import type { SeededRandom } from "../../base/seeded-random.ts";
import { dot, type Vector3 } from "../space.ts";
import { add, unit } from "./solids.ts";

/** One branch: a straight piece whose thickness goes with how much lung it serves. */
export interface Branch {
  readonly from: Vector3;
  readonly to: Vector3;
  /** Part of the whole tree's end points behind this branch, 1 for the stem. */
  readonly share: number;
  /** The branch it leaves; −1 for the stem. */
  readonly parent: number;
}

/**
 * Grows a tree that fills a space, as airways and vessels fill a lung: each branch runs part of the way to the middle of the points it
 * serves, the points are split by the plane through branch and middle, and each half is served by a daughter (Tawhai, Pullan and
 * Hunter, Ann Biomed Eng 2000;28:793).
 * @param points what to fill; taken apart in place
 */
export function growTree(stem: Vector3, points: Vector3[], random: SeededRandom): Branch[] {
  const branches: Branch[] = [];
  const total = points.length;
  const grow = (from: Vector3, served: Vector3[], parent: number, normal: Vector3, depth: number): void => {
    const middle = meanOf(served);
    const away: Vector3 = [middle[0] - from[0], middle[1] - from[1], middle[2] - from[2]];
    const lengthMm = Math.hypot(...away);
    if (lengthMm < 0.5) return;
    const last = served.length <= 1 || depth > 24;
    const part = last ? 0.9 : 0.4 + 0.12 * (random.uniform() - 0.5);
    const wobble = 0.1 * lengthMm * part;
    const to: Vector3 = [
      from[0] + away[0] * part + wobble * random.normal(),
      from[1] + away[1] * part + wobble * random.normal(),
      from[2] + away[2] * part + wobble * random.normal(),
    ];
    const index = branches.push({ from, to, share: served.length / total, parent }) - 1;
    if (last) return;
    const split = splitNormal(unit(away), served, middle, normal);
    const left: Vector3[] = [];
    const right: Vector3[] = [];
    for (const p of served)
      ((p[0] - middle[0]) * split[0] + (p[1] - middle[1]) * split[1] + (p[2] - middle[2]) * split[2] < 0 ? left : right).push(p);
    for (const half of [left, right]) if (half.length > 0) grow(to, half, index, split, depth + 1);
  };
  grow(stem, points, -1, [0, 0, 1], 0);
  return branches;
}

function meanOf(points: readonly Vector3[]): Vector3 {
  let [x, y, z] = [0, 0, 0];
  for (const p of points) {
    x += p[0];
    y += p[1];
    z += p[2];
  }
  return [x / points.length, y / points.length, z / points.length];
}

/** Across the branch, along the points' wider spread of two directions: that across the last split, and the third. */
function splitNormal(along: Vector3, points: readonly Vector3[], middle: Vector3, last: Vector3): Vector3 {
  let across = add(last, along, -dot(last, along));
  if (Math.hypot(...across) < 0.1) across = add([1, 0, 0], along, -along[0]);
  if (Math.hypot(...across) < 0.1) across = add([0, 1, 0], along, -along[1]);
  const one = unit(across);
  const other: Vector3 = [
    along[1] * one[2] - along[2] * one[1],
    along[2] * one[0] - along[0] * one[2],
    along[0] * one[1] - along[1] * one[0],
  ];
  let spread = 0;
  for (const p of points) {
    const a = (p[0] - middle[0]) * one[0] + (p[1] - middle[1]) * one[1] + (p[2] - middle[2]) * one[2];
    const b = (p[0] - middle[0]) * other[0] + (p[1] - middle[1]) * other[1] + (p[2] - middle[2]) * other[2];
    spread += a * a - 1.5 * b * b;
  }
  return spread > 0 ? one : other;
}
