import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ctSeriesFiles } from "../../src/dicom/write/ct.ts";
import { RunFigures } from "../../src/findings/run-figures.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import { volume } from "../../src/volume/volume.ts";
import { overread, resultsIn } from "./overread.ts";
import { chestHeaders } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-many-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("3,000 slices of 512 × 512 are read within 6 GB of memory", { timeout: 600_000 }, async () => {
  // Each slice of a chest of 250 twelve times over, .1 mm apart: as many and as large as slices come.
  const repeats = 12;
  const { volume: chest } = await chestPhantom({
    seed: 5,
    size: [512, 512, 250],
    spacingMm: [0.7, 0.7, 1.25],
    noiseHu: 12,
    kernel: "soft",
  });
  const folder = join(root, "dicom");
  mkdirSync(folder);
  const plane = 512 * 512;
  for (let k = 0; k < chest.grid.size[2]; k++) {
    const data = new Int16Array(plane * repeats);
    for (let n = 0; n < repeats; n++) data.set(chest.data.subarray(k * plane, (k + 1) * plane), n * plane);
    const [x, y, z] = chest.grid.origin;
    const origin = [x, y, z + k * 1.25] as unknown as typeof chest.grid.origin;
    const slab = volume(axialGrid([512, 512, repeats], [0.7, 0.7, 1.25 / repeats], origin), data);
    let n = 0;
    for (const { bytes } of ctSeriesFiles(slab, {
      ...chestHeaders,
      uidParts: ["many", String(k)],
      studyInstanceUid: "2.25.1",
      seriesInstanceUid: "2.25.2",
      frameOfReferenceUid: "2.25.3",
    }))
      writeFileSync(join(folder, `${k}-${n++}.dcm`), bytes);
  }
  const { code, stderr } = await overread(["read", folder, "--out", join(root, "out")]);
  expect(code, stderr).toBe(0);
  expect(resultsIn(join(root, "out"))[0]?.analyses[0]?.findings.length).toBeGreaterThan(0);
  const [run] = RunFigures.parse(JSON.parse(readFileSync(join(root, "out", "2.25.1", "run.json"), "utf8"))).analyses;
  expect(run?.peakRssMb).toBeLessThanOrEqual(6144);
  console.log(`3,000 slices: ${run?.peakRssMb} MiB, ${JSON.stringify(run?.timingMs)}`);
});
