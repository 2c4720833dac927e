// Times `overread read` from files to findings.json on phantoms of 512×512×300, uncompressed and JPEG 2000, and writes results/read.json.
// Usage: node benchmarks/speed/read.ts     Needs gdcmconv for the JPEG 2000 copy.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeCtSeries } from "../../src/dicom/write/ct.ts";
import { RunFigures } from "../../src/findings/run-figures.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";

const budget = { uncompressed: { seconds: 25, rssMb: 2500 }, "jpeg-2000": { seconds: 30, rssMb: 2500 } } as const;
const root = mkdtempSync(join(tmpdir(), "overread-speed-"));
const project = fileURLToPath(new URL("../..", import.meta.url));

const { volume } = await chestPhantom({ seed: 1, size: [512, 512, 300], spacingMm: [0.7, 0.7, 1], noiseHu: 20, kernel: "soft" });
const headers = {
  uidParts: ["speed"],
  patientName: "Phantom^Overread",
  patientId: "PHANTOM",
  studyDate: "20260101",
  studyTime: "120000",
  sliceThicknessMm: 1,
  kvp: 120,
};
const folders = { uncompressed: join(root, "raw"), "jpeg-2000": join(root, "j2k") };
for (const folder of Object.values(folders)) mkdirSync(folder);
for (const { fileName, bytes } of writeCtSeries(volume, headers)) writeFileSync(join(folders.uncompressed, fileName), bytes);
for (const name of readdirSync(folders.uncompressed)) {
  const { status } = spawnSync("gdcmconv", ["--j2k", join(folders.uncompressed, name), join(folders["jpeg-2000"], name)]);
  if (status !== 0) throw new Error("gdcmconv could not compress a slice");
}

const runs = Object.entries(folders).map(([form, folder]) => {
  const out = join(root, `out-${form}`);
  const started = performance.now();
  execFileSync(join(project, "bin/overread"), ["read", folder, "--out", out], { stdio: ["ignore", "ignore", "inherit"] });
  const seconds = (performance.now() - started) / 1000;
  const [study = ""] = readdirSync(out);
  const [analysis] = RunFigures.parse(JSON.parse(readFileSync(join(out, study, "run.json"), "utf8"))).analyses;
  if (analysis === undefined) throw new Error("no analysis was run");
  const target = budget[form as keyof typeof budget];
  return {
    form,
    seconds: Number(seconds.toFixed(1)),
    peakRssMb: analysis.peakRssMb,
    stagesMs: analysis.timingMs,
    target,
    met: seconds <= target.seconds && analysis.peakRssMb <= target.rssMb,
  };
});
rmSync(root, { recursive: true, force: true });

const commit = execFileSync("git", ["-C", project, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), loadBefore: loadavg()[0], node: process.version };
const report = { data: "chest phantom, seed 1, 512×512×300, .7×.7×1 mm", n: 1, commit, machine, runs };
mkdirSync(join(project, "benchmarks/speed/results"), { recursive: true });
writeFileSync(join(project, "benchmarks/speed/results/read.json"), `${JSON.stringify(report, null, 2)}\n`);
console.table(runs.map(({ stagesMs, target, ...run }) => ({ ...run, targetSeconds: target.seconds, ...stagesMs })));
