// How often the 95 % interval of the doubling time holds the truth when one nodule is scanned and measured twice: phantoms moved by parts of a voxel, with noise,
// measured by the product. Writes results/growth.json. Usage: node benchmarks/accuracy/growth.ts [PAIRS]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { doublingTime, volumeRepeatability } from "../../src/analyses/lung-nodule/growth.ts";
import { measureOutline } from "../../src/analyses/lung-nodule/measure.ts";
import { outlineAt } from "../../src/analyses/lung-nodule/outline.ts";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { quantile } from "../../src/base/stats.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { addBall } from "../../src/volume/phantom/ball.ts";
import { addNoise } from "../../src/volume/phantom/scanner.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";

const pairs = Number(process.argv[2] ?? 60);
const random = seededRandom(20261124);
const between = (low: number, high: number): number => low + (high - low) * random.uniform();
const days = 180;

function measured(diameterMm: number, sliceMm: number, noiseHu: number): { volumeMm3: number; diameterMm: number } | null {
  const grid = axialGrid([64, 64, Math.round(45 / sliceMm)], [0.7, 0.7, sliceMm], patientPoint(-22, -22, -22));
  const scan = volume(grid, new Int16Array(grid.size[0] * grid.size[1] * grid.size[2]).fill(-860));
  const centerMm = patientPoint(between(-0.7, 0.7), between(-0.7, 0.7), between(-sliceMm, sliceMm));
  addBall(scan, { centerMm, diameterMm, hu: 40, blurMm: Math.hypot(0.6, sliceMm / 4) });
  addNoise(scan, noiseHu, "soft", random);
  const outline = outlineAt(scan, null, centerMm);
  if (outline.kind === "not-measurable") return null;
  const { volumeMm3, planes } = measureOutline(outline);
  return { volumeMm3, diameterMm: Math.max(...planes.map(({ meanDiameterMm }) => meanDiameterMm)) };
}

const rows = [
  { name: "4–6 mm, 1.25 mm slices", from: 4, to: 6, sliceMm: 1.25 },
  { name: "6–12 mm, 1.25 mm slices", from: 6.2, to: 12, sliceMm: 1.25 },
  { name: "6–12 mm, 2.5 mm slices", from: 6.2, to: 12, sliceMm: 2.5 },
].map(({ name, from, to, sliceMm }) => {
  let held = 0;
  let lost = 0;
  const errors: number[] = [];
  for (let n = 0; n < pairs; n++) {
    const before = between(from, to);
    const growth = Math.exp(between(0, 0.35));
    const [a, b] = [measured(before, sliceMm, between(15, 45)), measured(before * growth, sliceMm, between(15, 45))];
    if (a === null || b === null) {
      lost++;
      continue;
    }
    const repeatability = volumeRepeatability(Math.min(a.diameterMm, b.diameterMm), sliceMm);
    const { lowDays, highDays } = doublingTime(a.volumeMm3, b.volumeMm3, days, repeatability);
    const truth = (days * Math.LN2) / (3 * Math.log(growth));
    held += (lowDays ?? 0) <= truth && (highDays === null || highDays < 0 || truth <= highDays) ? 1 : 0;
    errors.push(Math.abs(b.volumeMm3 / a.volumeMm3 / growth ** 3 - 1));
  }
  const count = pairs - lost;
  return {
    name,
    pairs: count,
    notMeasured: lost,
    heldPercent: Math.round((1000 * held) / count) / 10,
    ratioError95Percent: Math.round(1000 * quantile(errors, 0.95)) / 10,
  };
});
writeFileSync(join(import.meta.dirname, "results", "growth.json"), `${JSON.stringify({ pairs, rows }, null, 2)}\n`);
console.log(rows);
