/**
 * Writes the semi-synthetic volumes that detector.ts makes and reads in memory, with manifests for `overread evaluate`, so that any program can be
 * scored on them:
 *
 *     node benchmarks/accuracy/write-volumes.ts DATA_DIR [OUT] [--set calibration|test] [--threads N] [--trial]
 *     bin/overread evaluate OUT/test/blend.json --out DIR [--marks FILE.csv]
 *
 * OUT (default: .volumes, which git ignores) then holds for the set (default: test) volumes/*.mhd and .raw, and a manifest for each kind: blend.json and
 * gradient.json, the same nodules at the same places by two insertions, and shams.json, which holds none. `--trial`: one volume of each kind on one background.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DatasetManifest, type DatasetScan } from "../../src/evaluation/manifest.ts";
import { textureOf } from "../../src/evaluation/reference-json.ts";
import { scanChecksum } from "../../src/main/scan-checksum.ts";
import { ThreadPool } from "../../src/main/thread-pool.ts";
import type { Vector3 } from "../../src/volume/space.ts";
import { writeMetaImage } from "../../src/volume/write-metaimage.ts";
import { referenceOf } from "./backgrounds.ts";
import { type MadeVolume, makeVolumes, nodulesOf, SEED, setups } from "./make-volumes.ts";

const place = ([x, y, z]: Vector3): [number, number, number] => [x, y, z];

/** Writes one volume. @returns its row of the manifest */
async function written(made: MadeVolume, folder: string, hosts: readonly DatasetScan[]): Promise<DatasetScan> {
  const { background, repeat, kind } = made;
  const id = `${background.id}-${kind}-${repeat + 1}`;
  const path = `volumes/${id}.mhd`;
  const { header, voxels } = writeMetaImage(kind === "shams" ? made.host : made.filled.host, `${id}.raw`);
  await writeFile(join(folder, "volumes", `${id}.raw`), voxels);
  await writeFile(join(folder, path), header);
  const {
    patientId = background.id,
    manufacturer = null,
    kernel = null,
    sliceThicknessMm = null,
  } = hosts.find((host) => host.id === background.id) ?? {};
  const nodules = kind === "shams" ? [] : made.filled.planned;
  return {
    id,
    seriesInstanceUid: null,
    patientId,
    path,
    sha256: await scanChecksum(join(folder, path), new AbortController().signal),
    manufacturer,
    kernel,
    sliceThicknessMm,
    reference: {
      complete: background.complete,
      nodules: nodules.map(({ row, patch, place: { centerMm } }) => ({
        centerMm: place(centerMm),
        diameterMm: patch.diameterMm,
        readers: row.readers,
        texture: textureOf(row.texture),
        patientId: row.patientId,
      })),
      irrelevant: referenceOf(background).map(({ centerMm, diameterMm }) => ({ centerMm: place(centerMm), diameterMm })),
      shams: kind === "shams" ? made.shams.map(({ centerMm, diameterMm }) => ({ centerMm: place(centerMm), diameterMm })) : [],
    },
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: "string", default: "test" },
    threads: { type: "string", default: "2" },
    trial: { type: "boolean", default: false },
  },
});
const [dataFolder, out = fileURLToPath(new URL(".volumes", import.meta.url))] = positionals;
const { set, trial } = values;
if (dataFolder === undefined || (set !== "calibration" && set !== "test"))
  throw new Error("usage: write-volumes.ts DATA_DIR [OUT] [--set calibration|test] [--threads N] [--trial]");
const setup = trial ? { ...setups[set], backgrounds: setups[set].backgrounds.slice(0, 1) } : setups[set];
const datasets = new URL("datasets/", import.meta.url);
const sources = await Promise.all(
  (await readdir(datasets)).map(async (name) => DatasetManifest.parse(JSON.parse(await readFile(new URL(name, datasets), "utf8")))),
);
// The nodules are LIDC-IDRI's wherever they lie.
const used = sources.filter(({ id, scans }) => id.startsWith("LIDC-IDRI") || scans.some((scan) => setup.backgrounds.includes(scan.id)));
const folder = join(out, set);
await mkdir(join(folder, "volumes"), { recursive: true });
const pool = new ThreadPool(Number(values.threads));
const scans = new Map<MadeVolume["kind"], DatasetScan[]>([
  ["blend", []],
  ["gradient", []],
  ["shams", []],
]);
for await (const made of makeVolumes(dataFolder, await nodulesOf(dataFolder, setup.half), setup, pool, trial)) {
  const scan = await written(
    made,
    folder,
    used.flatMap((one) => one.scans),
  );
  scans.get(made.kind)!.push(scan);
  console.error(`${scan.id}: ${scan.reference.nodules.length} nodules, ${scan.reference.shams.length} shams`);
}
await pool.close();
for (const [kind, of] of scans) {
  const manifest = DatasetManifest.parse({
    schema: 1,
    id: `Overread semi-synthetic, ${set} set, ${kind}`,
    version: "1",
    licence: used.map(({ id, licence }) => `${id}: ${licence}`).join("; "),
    citation: used.map(({ citation }) => citation).join("; "),
    split: `${set}: nodules of the ${setup.half} half of splits.json, seed ${SEED}${trial ? ", a trial of one background" : ""}`,
    level: "semi-synthetic",
    readBy:
      "where the nodule was set in: what at least half of LIDC-IDRI's readers outlined. What readers marked in the scan itself is irrelevant",
    readersNeeded: 1,
    scans: of,
  });
  await writeFile(join(folder, `${kind}.json`), `${JSON.stringify(manifest, null, 1)}\n`);
}
