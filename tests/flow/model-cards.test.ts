import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { heldOutBackgrounds } from "../../benchmarks/accuracy/backgrounds.ts";
import splits from "../../benchmarks/accuracy/splits.json" with { type: "json" };
import { ModelCard } from "../../src/models/card.ts";

const folder = fileURLToPath(new URL("../../models", import.meta.url));
const ids = readdirSync(folder);

test.each(ids)("the card of %s is whole and describes the net beside it, which is 8 MB at most", (id) => {
  const card = ModelCard.parse(JSON.parse(readFileSync(join(folder, id, "card.json"), "utf8")));
  expect(card.id).toBe(id);
  const path = join(folder, id, "model.onnx");
  expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(card.sha256);
  expect(statSync(path).size).toBeLessThanOrEqual(8e6);
});

test.each(ids)("%s was trained on nobody whom figures are measured on", (id) => {
  const { training } = ModelCard.parse(JSON.parse(readFileSync(join(folder, id, "card.json"), "utf8")));
  const keptOut = new Set([...splits.calibration, ...splits.test, ...heldOutBackgrounds.map((scan) => scan.id), "LIDC-IDRI-0001"]);
  expect(training.patients.length).toBeGreaterThan(100);
  expect([...training.patients, ...training.scans].filter((name) => keptOut.has(name))).toEqual([]);
});
