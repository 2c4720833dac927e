import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { csvText } from "../../src/evaluation/csv.ts";
import { Evaluation } from "../../src/evaluation/evaluation.ts";
import { ModelCard } from "../../src/models/card.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import { patientPoint, type Vector3 } from "../../src/volume/space.ts";
import { writeMetaImage } from "../../src/volume/write-metaimage.ts";
import { overread } from "./overread.ts";

const python = "/usr/bin/python3";
const torch = spawnSync(python, ["-c", "import torch, scipy, onnx"]).status === 0;
const recipe = join(import.meta.dirname, "../../training/luna16_recipe.py");
const root = mkdtempSync(join(tmpdir(), "overread-luna16-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);

/** A chest at half its size, so that nets see it in a second, under an id that looks like LUNA16's. */
async function writeScan(subset: number, seed: number): Promise<{ id: string; nodules: { centerMm: Vector3; diameterMm: number }[] }> {
  const half = (each: Vector3): Vector3 => each.map((mm) => mm / 2) as unknown as Vector3;
  const nodules = (["right", "left"] as const).map((side) => ({ diameterMm: 24, texture: "solid", side }) as const);
  const { volume, truth } = await chestPhantom({ seed, spacingMm: [2, 2, 2.5], noiseHu: 12, kernel: "soft", nodules });
  const { size, spacingMm, origin } = volume.grid;
  const grid = axialGrid(size, half(spacingMm), patientPoint(...half(origin)));
  const id = `1.2.826.0.1.${seed}`;
  const { header, voxels } = writeMetaImage({ grid, data: volume.data }, `${id}.raw`);
  mkdirSync(at("luna", `subset${subset}`), { recursive: true });
  writeFileSync(at("luna", `subset${subset}`, `${id}.mhd`), header);
  writeFileSync(at("luna", `subset${subset}`, `${id}.raw`), voxels);
  return { id, nodules: truth.nodules.map(({ centerMm, diameterMm }) => ({ centerMm: half(centerMm), diameterMm: diameterMm / 2 })) };
}

test.skipIf(!torch)(
  "one command trains, marks and scores every fold of a set in LUNA16's form with nets that its test scans did not train (needs torch)",
  {
    timeout: 600_000,
  },
  async () => {
    const scans = [await writeScan(0, 3), await writeScan(1, 4)];
    const columns = ["seriesuid", "coordX", "coordY", "coordZ", "diameter_mm"];
    const rows = scans.flatMap(({ id, nodules }) => nodules.map(({ centerMm, diameterMm }) => [id, ...centerMm, diameterMm]));
    writeFileSync(at("luna", "annotations.csv"), csvText(columns, rows));
    writeFileSync(at("luna", "annotations_excluded.csv"), csvText(columns, [[scans[0]?.id ?? "", 10, 10, 10, -1]]));
    writeFileSync(
      at("recipe"),
      `#!/bin/sh\nexec ${python} ${recipe} --detector-steps 1 --scenes 1 --false-positive-steps 1 --workers 1 "$@"\n`,
    );
    chmodSync(at("recipe"), 0o755);
    const ran = await overread(["evaluate", at("luna"), "--retrain-folds", "--recipe", at("recipe"), "--out", at("out")]);
    expect(ran.code, ran.stderr).toBe(0);

    const evaluation = (...folder: string[]): Evaluation =>
      Evaluation.parse(JSON.parse(readFileSync(at("out", ...folder, "evaluation.json"), "utf8")));
    expect(evaluation()).toMatchObject({
      leakage: { state: "clean", trained: [], unknown: [] },
      counts: { scans: 2, nodules: 4, notRead: [] },
      marks: { source: "program" },
    });
    for (const fold of [0, 1]) {
      const other = scans[1 - fold]?.id;
      expect(evaluation("folds", String(fold)).scans.map(({ id }) => id)).toEqual([scans[fold]?.id]);
      for (const net of ["lung-nodule-detector", "lung-nodule-false-positive"]) {
        const card = ModelCard.parse(JSON.parse(readFileSync(at("out", "folds", String(fold), "models", net, "card.json"), "utf8")));
        expect(card).toMatchObject({
          steps: 1,
          training: { scans: [other] },
          data: [{ name: "LUNA16", doi: "10.7937/K9/TCIA.2015.LO9QL9SX" }],
        });
      }
    }
    // What is packed says where the nodules lie: the voxel there is soft tissue, (HU + 1024) / 8.
    for (const { id } of scans) {
      const { size, nodules } = JSON.parse(readFileSync(at("out", "packed", `${id}.json`), "utf8"));
      const ct = readFileSync(at("out", "packed", `${id}.ct.u8`));
      expect(nodules).toHaveLength(2);
      for (const { center } of nodules) {
        const [i, j, k] = center.map(Math.round);
        expect(ct[i + size[0] * (j + size[1] * k)]).toBeGreaterThan(110);
      }
    }
  },
);

test.skipIf(!torch)("a training scan that is a test scan, by name or by file, is refused before anything is packed (needs torch)", () => {
  const scan = (id: string, path: string) => ({ id, seriesInstanceUid: null, patientId: null, path });
  const train = [scan("a", "a.mhd"), scan("b", "b.mhd")];
  for (const [name, test] of Object.entries({ "by-name": scan("b", "c.mhd"), "by-file": scan("c", "./b.mhd") })) {
    mkdirSync(at("leak", "folds", name), { recursive: true });
    writeFileSync(
      at("leak", "folds", name, "fold.json"),
      JSON.stringify({ name, data: root, train: { scans: train }, test: { scans: [test] } }),
    );
    const { status, stderr } = spawnSync(python, [recipe, at("leak", "folds", name)], { encoding: "utf8" });
    expect([status, stderr]).toEqual([1, "refused: test scans among the training scans: b\n"]);
    expect(existsSync(at("leak", "packed"))).toBe(false);
  }
});
