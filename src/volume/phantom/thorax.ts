import type { SeededRandom } from "../../base/seeded-random.ts";
import type { Vector3 } from "../space.ts";
import type { Solid } from "./fill.ts";
import { both, either, ellipsoid } from "./solids.ts";

/**
 * The frame that all parts of the phantom share: where walls, lungs, heart and spine are. LPS mm; the carina is near (0, 20, 0),
 * the apices near z = 96, the lowest lung near z = −180.
 */
export interface Thorax {
  /** Inner wall of the rib cage on one side; sideSign −1 right, 1 left. Negative inside. */
  readonly cageMm: (sideSign: -1 | 1, x: number, y: number, z: number) => number;
  readonly lung: (sideSign: -1 | 1) => Solid;
  readonly body: Solid;
  readonly heart: Solid;
  readonly heartFrame: { readonly center: Vector3; readonly radiiMm: Vector3; readonly along: Vector3 };
  readonly dome: (sideSign: -1 | 1) => Solid;
  /** A place on the rib cage's wall: angle 0 lateral, −90° front, 90° back; `outMm` outward of the wall. */
  readonly onCage: (sideSign: -1 | 1, angle: number, z: number, outMm: number) => Vector3;
  readonly spineY: (z: number) => number;
  readonly apexZ: number;
}

const widestZ = -85;
const apexZ = 97;
const lowestZ = -230;
const topZ = 125;

/** The rib cage's breadth at a height, 1 at its widest. */
function breadthAt(z: number): number {
  if (z <= widestZ) return 1 - 0.07 * ((widestZ - z) / 100) ** 2;
  const u = (z - widestZ) / (apexZ - widestZ);
  return u >= 1 ? 0.02 : Math.max(0.02, (1 - u ** 2.5) ** 0.5);
}

/** Half axes and middle of one side's cross-section of the cage, and how much the wall leans. */
interface Section {
  readonly a: number;
  readonly b: number;
  readonly cx: number;
  readonly cy: number;
  readonly lean: number;
}

const tableStepMm = 0.5;

const rootSteps = 1024;
const rootsTo = 4;
const roots = Float64Array.from({ length: rootsTo * rootSteps + 2 }, (_, step) => (step / rootSteps) ** 0.4);

/** x^0.4, from a table where walls are (near 1); within 1e-6 above 0.1. */
function fifthRootSquared(x: number): number {
  if (x >= rootsTo || x < 0.1) return x ** 0.4;
  const at = x * rootSteps;
  const step = Math.floor(at);
  return roots[step]! + (roots[step + 1]! - roots[step]!) * (at - step);
}

/** A thorax whose proportions vary a little with the random numbers. */
export function thorax(random: SeededRandom): Thorax {
  const vary = (part: number): number => 1 + part * (2 * random.uniform() - 1);
  const breadth = 114 * vary(0.03);
  const depth = 88 * vary(0.03);
  const heartRadii: Vector3 = [66 * vary(0.06), 48 * vary(0.05), 46 * vary(0.05)];
  const domeTop = { right: -104 + 6 * random.normal(), left: -116 + 6 * random.normal() };
  const sections: Section[] = [];
  for (let z = lowestZ; z <= topZ; z += tableStepMm) {
    const h = breadthAt(z);
    const slope = (breadthAt(z + 0.5) - breadthAt(z - 0.5)) * 90;
    const up = Math.max(0, (z - widestZ) / (apexZ - widestZ));
    sections.push({
      a: 0.56 * breadth * h,
      b: depth * h ** 0.85,
      cx: 12 + 0.44 * breadth * h,
      cy: 3 + 16 * up ** 2,
      lean: 1 / Math.hypot(1, slope),
    });
  }
  const sectionAt = (z: number): Section => sections[Math.min(sections.length - 1, Math.max(0, Math.round((z - lowestZ) / tableStepMm)))]!;

  const cageMm = (sideSign: -1 | 1, x: number, y: number, z: number): number => {
    const { a, b, cx, cy, lean } = sectionAt(z);
    const u = Math.abs(x * sideSign - cx) / a;
    const v = Math.abs(y - cy) / b;
    // The exponent 2.5 lies between an ellipse and a box; k is the radial part of the section, 1 on the wall.
    const uu = u * Math.sqrt(u);
    const vv = v * Math.sqrt(v);
    const sum = uu * u + vv * v;
    if (sum < 1e-6) return -Math.min(a, b);
    const k = fifthRootSquared(sum);
    const slope = (k / sum) * Math.sqrt((uu * uu) / (a * a) + (vv * vv) / (b * b));
    return Math.max(((k - 1) / slope) * lean, z - apexZ - 2);
  };
  const onCage = (sideSign: -1 | 1, angle: number, z: number, outMm: number): Vector3 => {
    const { a, b, cx, cy } = sectionAt(z);
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    const r = (Math.abs(c) ** 2.5 + Math.abs(s) ** 2.5) ** -0.4;
    return [sideSign * (cx + (a * r + outMm) * c), cy + (b * r + outMm) * s, z];
  };

  const heartFrame = { center: [24, -28, -74] as Vector3, radiiMm: heartRadii, along: [0.72, -0.42, -0.55] as Vector3 };
  const heart = ellipsoid(heartFrame.center, heartFrame.radiiMm, heartFrame.along);
  const dome = (sideSign: -1 | 1): Solid => domeSolid(sideSign, sideSign < 0 ? domeTop.right : domeTop.left);
  const spineY = (z: number): number => 66 - 9 * ((z + 50) / 130) ** 2;

  const lung = (sideSign: -1 | 1): Solid => {
    const domeMm = dome(sideSign).edgeMm!;
    const heartMm = heart.edgeMm!;
    const edgeMm = (x: number, y: number, z: number): number => {
      const cage = cageMm(sideSign, x, y, z);
      // Far outside the cage nothing else matters: the lung's distance is at least the cage's.
      if (cage > 6) return cage;
      const middle = either(mediastinumMm(sideSign, x, y, z, spineY(z)), heartMm(x, y, z) - 3, 8);
      return both(both(cage, -middle, 5), -(domeMm(x, y, z) - 1), 5);
    };
    return {
      lo: sideSign < 0 ? [-150, -110, -200] : [-6, -110, -200],
      hi: sideSign < 0 ? [6, 115, apexZ + 3] : [150, 115, apexZ + 3],
      distanceMm: (x, y, z) => edgeMm(x, y, z) / 1.5,
      edgeMm,
    };
  };
  return { cageMm, lung, body: bodySolid(breadth / 114, depth / 88), heart, heartFrame, dome, onCage, spineY, apexZ };
}

/** What parts the lungs beside the heart: great vessels, oesophagus, spine, descending aorta and the junction lines. */
function mediastinumMm(sideSign: -1 | 1, x: number, y: number, z: number, spineY: number): number {
  const inlet = Math.max(0, (z - 10) / 90);
  const low = Math.min(1, Math.max(0, (-30 - z) / 40));
  const halfX = 33 - 8 * inlet - 10 * low;
  const halfY = 46 - 6 * inlet - 12 * low;
  const vessels = ovalMm(x - 3, y - (-8 + 14 * inlet + 26 * low), halfX, halfY);
  const vertebra = ovalMm(x, y - spineY, 21, 24);
  const arches = ovalMm(x, y - spineY - 34, 26, 24);
  const aorta = z < 25 ? Math.hypot(x - 22 + 6 * low, y - 48) - 14.5 : 20;
  // The lungs meet in front of the great vessels but for the junction line, which lies a little to the left.
  const junction = Math.abs(x - 3) - 2 - 10 * low;
  const hilum = Math.hypot(x - sideSign * 24, (y - 12) * 0.9, (z + 25) * 0.6) - 21;
  return Math.min(either(either(either(vessels, vertebra, 8), aorta, 5), hilum, 10), junction, arches);
}

/** Distance to an oval of two half axes in the plane, exact to first order at its edge. */
function ovalMm(dx: number, dy: number, halfX: number, halfY: number): number {
  const u = dx / halfX;
  const v = dy / halfY;
  const k = Math.sqrt(u * u + v * v);
  const slope = Math.sqrt((u / halfX) ** 2 + (v / halfY) ** 2);
  return slope > 1e-6 ? (k * (k - 1)) / slope : -Math.min(halfX, halfY);
}

/** One dome of the diaphragm with what is under it; backward it reaches lower, so that the recess behind it closes last. */
function domeSolid(sideSign: -1 | 1, top: number): Solid {
  const height = 92;
  const edgeMm = (x: number, y: number, z: number): number => {
    const below = Math.max(0, top - 16 - z);
    const u = (x * sideSign - 60) / 68;
    const v = (y + 14 - 0.4 * below) / 84;
    const w = Math.max(0, z - (top - height)) / height;
    const k = Math.sqrt(u * u + v * v + w * w);
    const slope = Math.sqrt((u / 68) ** 2 + (v / 84) ** 2 + (w / height) ** 2);
    return slope > 1e-6 ? (k * (k - 1)) / slope : -60;
  };
  return {
    lo: sideSign < 0 ? [-150, -120, lowestZ] : [-20, -120, lowestZ],
    hi: sideSign < 0 ? [20, 130, top + 1] : [150, 130, top + 1],
    distanceMm: (x, y, z) => edgeMm(x, y, z) / 1.5,
    edgeMm,
  };
}

function bodySolid(wide: number, deep: number): Solid {
  const edgeMm = (x: number, y: number, z: number): number => {
    const up = Math.min(1, Math.max(0, (z - 15) / 90));
    const a = 166 * wide + 2 * up;
    const b = (116 - 24 * up * up) * deep;
    const u = Math.abs(x) / a;
    const v = Math.abs(y - 6 - 10 * up) / b;
    const uu = u * Math.sqrt(u);
    const vv = v * Math.sqrt(v);
    const sum = uu * u + vv * v;
    if (sum < 1e-6) return -b;
    const k = fifthRootSquared(sum);
    return (k - 1) / ((k / sum) * Math.sqrt((uu * uu) / (a * a) + (vv * vv) / (b * b)));
  };
  return { lo: [-190, -140, -300], hi: [190, 145, 300], distanceMm: (x, y, z) => edgeMm(x, y, z) / 1.3, edgeMm };
}
