import type { SeededRandom } from "../../base/seeded-random.ts";
import { dot, patientPoint, type Vector3 } from "../space.ts";
import type { Volume } from "../volume.ts";
import { tissueHu } from "./draw-body.ts";
import { fillSolid } from "./fill.ts";
import { paint } from "./paint.ts";
import { tubeShape } from "./shape.ts";
import { add, tubes, unit } from "./solids.ts";
import type { Thorax } from "./thorax.ts";

/** A calcified rod with round ends in the wall of a coronary artery. */
export interface CoronaryRod {
  readonly vessel: "LAD" | "LCX" | "RCA";
  readonly fromMm: Vector3;
  readonly toMm: Vector3;
  readonly diameterMm: number;
  readonly hu: number;
  /** Cylinder and two half balls: πr²·length + 4πr³/3. */
  readonly volumeMm3: number;
}

/** Directions from the heart's middle that each artery follows over its surface. */
const courses: Readonly<Record<CoronaryRod["vessel"], readonly Vector3[]>> = {
  LAD: [
    [-0.1, -0.35, 0.9],
    [0.25, -0.7, 0.7],
    [0.5, -0.85, 0.3],
    [0.75, -0.8, -0.15],
    [0.95, -0.6, -0.5],
  ],
  LCX: [
    [-0.1, -0.3, 0.9],
    [0.35, 0.1, 0.95],
    [0.7, 0.45, 0.6],
    [0.75, 0.7, 0.1],
    [0.5, 0.85, -0.4],
  ],
  RCA: [
    [-0.4, -0.5, 0.75],
    [-0.75, -0.7, 0.35],
    [-0.9, -0.6, -0.2],
    [-0.7, -0.3, -0.7],
    [-0.2, 0.2, -0.95],
  ],
};
/** Where along its course (0 … 1) each rod lies, and its length and thickness. */
const rods: readonly (readonly [CoronaryRod["vessel"], number, number, number, number])[] = [
  ["LAD", 0.3, 7, 2.6, 420],
  ["LAD", 0.62, 4, 2, 300],
  ["LCX", 0.45, 5, 2.2, 350],
  ["RCA", 0.35, 8, 3, 500],
];

/** Coronary arteries in the fat of the heart's surface, with calcified rods in them. */
export function drawCoronaries(volume: Volume, { heartFrame }: Thorax, random: SeededRandom): CoronaryRod[] {
  const drawn: CoronaryRod[] = [];
  const paths = new Map<string, Vector3[]>();
  for (const [vessel, course] of Object.entries(courses)) {
    const path = alongSurface(course, heartFrame);
    paths.set(vessel, path);
    for (const piece of tubes(path, 2, 1.2)) fillSolid(volume, piece, tissueHu.blood);
  }
  for (const [vessel, where, lengthMm, diameterMm, hu] of rods) {
    const path = paths.get(vessel)!;
    const at = Math.min(path.length - 2, Math.max(1, Math.round((where + 0.06 * (random.uniform() - 0.5)) * (path.length - 1))));
    const along = unit(add(path[at + 1]!, path[at - 1]!, -1));
    const fromMm = add(path[at]!, along, -lengthMm / 2);
    const toMm = add(path[at]!, along, lengthMm / 2);
    paint(volume, tubeShape(patientPoint(...fromMm), patientPoint(...toMm), diameterMm), hu);
    const r = diameterMm / 2;
    drawn.push({ vessel, fromMm, toMm, diameterMm, hu, volumeMm3: Math.PI * r * r * lengthMm + (4 / 3) * Math.PI * r ** 3 });
  }
  return drawn;
}

/** Places on the heart 4 mm under its surface, in the given directions and evenly between them. */
function alongSurface(course: readonly Vector3[], { center, radiiMm, along }: Thorax["heartFrame"]): Vector3[] {
  const a = unit(along);
  const b = unit([-a[1], a[0], 0]);
  const c: Vector3 = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const steps = 5;
  const path: Vector3[] = [];
  for (let step = 0; step <= (course.length - 1) * steps; step++) {
    const leg = Math.min(course.length - 2, Math.floor(step / steps));
    const part = step / steps - leg;
    const direction = unit(add(course[leg]!, add(course[leg + 1]!, course[leg]!, -1), part));
    const inUnits = Math.hypot(
      dot(direction, a) / (radiiMm[0] - 4),
      dot(direction, b) / (radiiMm[1] - 4),
      dot(direction, c) / (radiiMm[2] - 4),
    );
    path.push(add(center, direction, 1 / inUnits));
  }
  return path;
}
