// Times the detection net on the lung box of a 512×512×300 phantom against one big 3-D convolution in the same process, and writes results/net.json.
// Usage: node benchmarks/speed/net.ts     Needs /usr/bin/python3 with onnx. Wall time says little on a busy machine: time on the cores stands beside it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lungBox } from "../../src/analyses/lung-nodule/lung-box.ts";
import { netCandidates } from "../../src/analyses/lung-nodule/net-candidates.ts";
import { findLungs } from "../../src/anatomy/lungs.ts";
import { modelsIn } from "../../src/main/models.ts";
import { nodeSession } from "../../src/models/session-node.ts";
import { windowSpans } from "../../src/models/window-spans.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import { inlineThreads as threads } from "../../src/volume/threads.ts";

const repeats = 3;
const targetShare = 0.6;
const project = fileURLToPath(new URL("../..", import.meta.url));
const cores = availableParallelism();
const signal = new AbortController().signal;
const progress = (): void => {};

interface Took {
  readonly wallMs: number;
  readonly coreMs: number;
}

async function time(work: () => Promise<unknown>): Promise<Took> {
  const [wall, core] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(core);
  return { wallMs: performance.now() - wall, coreMs: (user + system) / 1000 };
}
const least = (runs: readonly Took[], of: keyof Took): number => Math.min(...runs.map((run) => run[of]));

const folder = mkdtempSync(join(tmpdir(), "overread-net-"));
const counted = execFileSync(
  "/usr/bin/python3",
  [join(project, "benchmarks/speed/conv.py"), join(project, "models/lung-nodule-detector/model.onnx"), join(folder, "conv.onnx")],
  { encoding: "utf8" },
);
const { convolution, netPerVoxel, shape } = JSON.parse(counted) as { convolution: number; netPerVoxel: number; shape: number[] };
const big = await nodeSession(new Uint8Array(readFileSync(join(folder, "conv.onnx"))), cores);
rmSync(folder, { recursive: true });
const ct = { data: new Float32Array(shape.reduce((a, b) => a * b)).map((_, n) => Math.sin(n)), shape };

const { volume } = await chestPhantom({ seed: 1, size: [512, 512, 300], spacingMm: [0.7, 0.7, 1], noiseHu: 20, kernel: "soft" });
const lungs = await findLungs(volume, { threads, signal, progress });
if (lungs.kind === "no-lungs") throw new Error("the phantom has no lungs");
const box = await lungBox(volume, lungs, threads);
const model = await modelsIn(cores).load("lung-nodule-detector");
const spans = windowSpans(box.hu.grid.size);
const windowed = spans.reduce((voxels, along) => voxels * along.length * (along[0]?.length ?? 0), 1);

const [net, conv]: [Took[], Took[]] = [[], []];
await big.run({ ct });
for (let n = 0; n < repeats; n++) {
  conv.push(await time(() => big.run({ ct })), await time(() => big.run({ ct })));
  net.push(await time(() => netCandidates(box, model, { signal, progress })));
}
const gigaflops = (operations: number, ms: number): number => Number((operations / ms / 1e6).toFixed(1));
const rate = (of: keyof Took) => {
  const [convRate, netRate] = [gigaflops(convolution, least(conv, of)), gigaflops(windowed * netPerVoxel, least(net, of))];
  return { convolution: convRate, net: netRate, share: Number((netRate / convRate).toFixed(2)) };
};
const report = {
  data: "chest phantom, seed 1, 512×512×300, .7×.7×1 mm: its lung box at 1 mm",
  n: repeats,
  commit: execFileSync("git", ["-C", project, "rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
  machine: { cpu: cpus()[0]?.model, cores, load: loadavg()[0], node: process.version },
  model: { id: model.card.id, sha256: model.card.sha256 },
  boxVoxels: box.hu.grid.size,
  windows: spans.map((along) => `${along.length} × ${along[0]?.length}`),
  windowedToBoxVoxels: Number((windowed / box.hu.data.length).toFixed(2)),
  netSeconds: { wall: Number((least(net, "wallMs") / 1000).toFixed(1)), cores: Number((least(net, "coreMs") / 1000).toFixed(1)) },
  gigaflopsByWallTime: rate("wallMs"),
  gigaflopsACoreSecond: rate("coreMs"),
  peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  target: { share: targetShare },
};
mkdirSync(join(project, "benchmarks/speed/results"), { recursive: true });
writeFileSync(join(project, "benchmarks/speed/results/net.json"), `${JSON.stringify(report, null, 2)}\n`);
console.log(report);
