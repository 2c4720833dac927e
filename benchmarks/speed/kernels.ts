/**
 * Each kernel of volume/ beside scipy.ndimage, same voxels, same run, one thread each; a figure of every result shows that both did the same.
 * `node benchmarks/speed/kernels.ts [python3]` prints a table and writes results/kernels.json.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { labelComponents } from "../../src/volume/components.ts";
import { squaredDistanceMm2 } from "../../src/volume/distance.ts";
import { gaussian } from "../../src/volume/gaussian.ts";
import { greyErode } from "../../src/volume/grey-morphology.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { forHessianEigenvalues } from "../../src/volume/hessian.ts";
import { close } from "../../src/volume/morphology.ts";
import { gridOver, resample } from "../../src/volume/resample.ts";
import { patientPoint, type Vector3 } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";

const spacingMm: Vector3 = [0.7, 0.7, 1];
const targetSpacingMm: Vector3 = [1, 1, 1];
const radiusMm = 5;
const sigmaMm = 1.4;
const boxRadius: Vector3 = [3, 3, 3];

interface Case {
  readonly size: Vector3;
  readonly repeats: number;
  readonly kernels: readonly string[];
}

const cases: readonly Case[] = [
  {
    size: [256, 256, 200],
    repeats: 2,
    kernels: ["gaussian", "components", "distance", "closing by a ball", "grey erosion", "resampling", "Hessian eigenvalues"],
  },
  { size: [512, 512, 300], repeats: 2, kernels: ["gaussian", "components", "grey erosion", "resampling"] },
];

interface Timing {
  readonly seconds: number;
  readonly figure: number;
}

/** Smooth random texture, about a tenth of it above the mask's threshold. */
function texture(size: Vector3) {
  const random = seededRandom(20);
  const field = new Float32Array(size[0] * size[1] * size[2]);
  for (let at = 0; at < field.length; at++) field[at] = 1000 * (random.uniform() - 0.5);
  gaussian(field, size, [1.5, 1.5, 1.5], field);
  const grid = axialGrid(size, spacingMm, patientPoint(0, 0, 0));
  const hu = volume(grid, new Int16Array(field.length));
  const mask = volume(grid, new Uint8Array(field.length));
  for (let at = 0; at < field.length; at++) {
    hu.data[at] = 10 * field[at]!;
    mask.data[at] = field[at]! > 43 ? 1 : 0;
  }
  // Only whole target voxels: beyond the outer faces scipy repeats the edge, resample says outside.
  const whole = ([0, 1, 2] as const).map((axis) =>
    Math.floor((size[axis] * spacingMm[axis]) / targetSpacingMm[axis]),
  ) as unknown as Vector3;
  const targetGrid = { ...gridOver(grid, { lo: [0, 0, 0], hi: size }, targetSpacingMm), size: whole };
  return { field, hu, mask, targetGrid };
}

function sumOf(data: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < data.length; at++) sum += Math.abs(data[at]!);
  return sum;
}

/** What each kernel runs, and the figure of its result. */
function kernelsOf({ field, hu, mask, targetGrid }: ReturnType<typeof texture>, size: Vector3): Record<string, () => () => number> {
  const out = new Float32Array(field.length);
  return {
    gaussian: () => {
      gaussian(field, size, [2, 2, 2], out);
      return () => sumOf(out);
    },
    components: () => {
      const { count } = labelComponents(mask, 26);
      return () => count;
    },
    distance: () => {
      const distance = squaredDistanceMm2(mask, "inside");
      return () => sumOf(distance);
    },
    "closing by a ball": () => {
      const closed = close(mask, radiusMm);
      return () => sumOf(closed.data);
    },
    "grey erosion": () => {
      const eroded = greyErode(hu.data, size, boxRadius);
      return () => sumOf(eroded);
    },
    resampling: () => {
      const put = resample(hu, targetGrid, { outsideValue: 0, interpolation: "linear", antiAlias: false });
      return () => sumOf(put.data);
    },
    "Hessian eigenvalues": () => {
      const plane = size[0] * size[1];
      forHessianEigenvalues(hu, { sigmaMm }, (slice) => out.set(slice.smallest, slice.k * plane));
      return () => sumOf(out);
    },
  };
}

function ours(given: Case, data: ReturnType<typeof texture>): Record<string, Timing> {
  const kernels = kernelsOf(data, given.size);
  return Object.fromEntries(
    given.kernels.map((name) => {
      let seconds = Number.POSITIVE_INFINITY;
      let figure = Number.NaN;
      for (let repeat = 0; repeat < given.repeats; repeat++) {
        const started = performance.now();
        const done = kernels[name]!();
        seconds = Math.min(seconds, (performance.now() - started) / 1000);
        figure = done();
      }
      return [name, { seconds, figure }];
    }),
  );
}

interface Theirs {
  readonly scipy: string;
  readonly numpy: string;
  readonly results: Record<string, Timing>;
}

function theirs(python: string, given: Case, { field, hu, mask, targetGrid }: ReturnType<typeof texture>): Theirs {
  const folder = mkdtempSync(join(tmpdir(), "kernels-"));
  try {
    for (const [name, data] of [
      ["field", field],
      ["hu", hu.data],
      ["mask", mask.data],
    ] as const) {
      writeFileSync(join(folder, `${name}.raw`), new Uint8Array(data.buffer));
    }
    const boxVoxels = boxRadius.map((radius) => 2 * radius + 1);
    const input = { ...given, spacingMm, targetSpacingMm, targetSize: targetGrid.size, radiusMm, sigmaMm, boxVoxels };
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    const program = join(import.meta.dirname, "kernels.py");
    return JSON.parse(execFileSync(python, [program, folder, JSON.stringify(input)], { encoding: "utf8", env })) as Theirs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Relative difference of figures up to which both count as having done the same: float32 sums, and ties of rounding to int16. */
const sameWithin = 1e-4;

function main(): void {
  const python = process.argv[2] ?? "/usr/bin/python3";
  const rows: Record<string, string | number | boolean>[] = [];
  const loadBefore = loadavg()[0]!;
  let versions = {};
  for (const given of cases) {
    const data = texture(given.size);
    const voxels = data.field.length;
    const here = ours(given, data);
    const there = theirs(python, given, data);
    versions = { scipy: there.scipy, numpy: there.numpy };
    for (const name of given.kernels) {
      const [a, b] = [here[name]!, there.results[name]!];
      const row = {
        kernel: name,
        size: given.size.join("×"),
        seconds: Number(a.seconds.toFixed(3)),
        megavoxelsPerSecond: Number((voxels / a.seconds / 1e6).toFixed(1)),
        scipySeconds: Number(b.seconds.toFixed(3)),
        scipyMegavoxelsPerSecond: Number((voxels / b.seconds / 1e6).toFixed(1)),
        speedOverScipy: Number((b.seconds / a.seconds).toFixed(2)),
        sameResult: Math.abs(a.figure / b.figure - 1) < sameWithin,
      };
      rows.push(row);
      if (!row.sameResult) console.error(`${name}: ${a.figure} here, ${b.figure} in scipy`);
    }
  }
  console.table(rows);
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", cwd: import.meta.dirname }).trim();
  const loadAfter = loadavg()[0]!;
  // One kernel runs at a time, so an idle machine ends with a load near 1.
  const shared = Math.max(loadBefore, loadAfter - 1) > 0.3;
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, loadBefore, loadAfter, shared };
  const report = { machine, commit, node: process.version, ...versions, threads: 1, date: new Date().toISOString(), rows };
  writeFileSync(join(import.meta.dirname, "results", "kernels.json"), `${JSON.stringify(report, null, 2)}\n`);
  if (rows.some(({ sameResult }) => !sameResult)) process.exitCode = 1;
}

main();
