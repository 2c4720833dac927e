import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { readNoduleTable } from "../../benchmarks/accuracy/lidc-nodules.ts";
import { sharedData } from "./shared-data.ts";

const root = join(import.meta.dirname, "../..");
const python = "/usr/bin/python3";
const torch = spawnSync(python, ["-c", "import torch, scipy"]).status === 0;

test.skipIf(!torch)("the training recipes leak no patient, decode what they teach and show nodules where they say (needs torch)", () => {
  const { status, stderr } = spawnSync(python, ["training/test_training.py"], { cwd: root, encoding: "utf8" });
  expect(status, stderr).toBe(0);
});

const data = sharedData();
test.skipIf(data === null)("what pack.ts takes for training is what evaluation calls train", async () => {
  const splits = z
    .object({ train: z.array(z.string()), calibration: z.array(z.string()), test: z.array(z.string()) })
    .parse(JSON.parse(await readFile(join(root, "benchmarks/accuracy/splits.json"), "utf8")));
  const rows = await readNoduleTable(join(data ?? "", "lidc-nodules"));
  const packed = new Set(rows.filter(({ split }) => split === "train").map(({ patientId }) => patientId));
  expect([...packed].sort()).toEqual([...splits.train].sort());
  expect([...splits.calibration, ...splits.test].filter((patient) => packed.has(patient))).toEqual([]);
});
