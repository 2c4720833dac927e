// Packs the training scans of a fold of `overread evaluate --retrain-folds` for luna16_recipe.py: at 1 mm, with lung masks, their nodules and what is irrelevant.
// Usage: node training/pack-fold.ts FOLD.json OUT     writes OUT/<scan>.ct.u8, .lung.u8 and, last, .json. What is there is not packed again: folds share OUT.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { choose } from "../src/analyses/lung-nodule/choose.ts";
import { findLungs } from "../src/anatomy/lungs.ts";
import { DatasetManifest, type DatasetScan, mustBeFound, type ReferenceNodule } from "../src/evaluation/manifest.ts";
import { openScan } from "../src/main/open-scan.ts";
import { ThreadPool } from "../src/main/thread-pool.ts";
import { writeWhole } from "../src/main/write-whole.ts";
import { toVoxel } from "../src/volume/grid.ts";
import { patientPoint, type Vector3 } from "../src/volume/space.ts";
import { lungGrid, markRadiusMm, packVolume } from "./pack-volume.ts";

const Fold = z.object({ data: z.string(), train: DatasetManifest });

const [fold, out] = process.argv.slice(2);
if (fold === undefined || out === undefined) throw new Error("usage: node training/pack-fold.ts FOLD.json OUT");
const { data, train } = Fold.parse(JSON.parse(readFileSync(fold, "utf8")));
mkdirSync(out, { recursive: true });
const options = { threads: new ThreadPool(availableParallelism()), signal: new AbortController().signal, progress: (): void => {} };

/** One scan; null where the program itself would not read it. */
async function packScan(folder: string, scan: DatasetScan): Promise<object | null> {
  const open = await openScan(join(data, scan.path), scan, options);
  const choice = open === null ? null : choose(open.study);
  if (open === null || choice?.kind !== "chosen") return null;
  const { volume, padding } = await open.load(choice.roles.chest ?? "", options.progress);
  const lungs = await findLungs(volume, { ...options, ...(padding === undefined ? {} : { padding }) });
  if (lungs.kind !== "lungs") return null;
  const grid = lungGrid(volume, lungs.labels);
  const name = encodeURIComponent(scan.id);
  packVolume(folder, name, volume, lungs.labels, grid);
  const at = (centerMm: Vector3): Vector3 => toVoxel(grid, patientPoint(...centerMm));
  const isInside = ({ center }: { center: Vector3 }): boolean => center.every((voxel, axis) => voxel >= 0 && voxel <= (grid.size[axis] ?? 0) - 1);
  const { nodules, irrelevant } = scan.reference;
  // A nodule of unknown size can be taught to no net: like one that too few readers marked, it is left alone.
  const isTaught = (nodule: ReferenceNodule): boolean => nodule.diameterMm !== null && mustBeFound(nodule, train);
  const taught = nodules.filter(isTaught).map(({ centerMm, diameterMm }) => ({ center: at(centerMm), diameterMm }));
  const ignored = [...nodules.filter((nodule) => !isTaught(nodule)), ...irrelevant];
  const inside = taught.filter(isInside);
  return {
    name,
    scan: scan.id,
    patient: scan.patientId,
    size: grid.size,
    ignored: ignored.map(({ centerMm, diameterMm }) => ({ center: at(centerMm), radiusMm: Math.max(markRadiusMm, (diameterMm ?? 0) / 2) })),
    nodules: inside,
    outside: taught.length - inside.length,
  };
}

for (const [number, scan] of train.scans.entries()) {
  const file = join(out, `${encodeURIComponent(scan.id)}.json`);
  if (existsSync(file)) continue;
  const entry = await packScan(out, scan);
  if (entry !== null) await writeWhole(file, JSON.stringify(entry));
  console.log(`${number + 1} of ${train.scans.length}: ${scan.id}${entry === null ? ", not read: no lungs, or no stack to read" : ""}`);
}
await options.threads.close();
