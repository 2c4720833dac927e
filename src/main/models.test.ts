import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { modelsIn } from "./models.ts";

const id = "lung-nodule-detector";
const own = fileURLToPath(new URL("../../models/", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "overread-models-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A copy of the detector's folder. */
function copied(name: string): string {
  const folder = join(root, name, id);
  mkdirSync(folder, { recursive: true });
  for (const file of ["card.json", "model.onnx"]) copyFileSync(join(own, id, file), join(folder, file));
  return folder;
}
const load = (name: string) => modelsIn(1, pathToFileURL(`${join(root, name)}/`)).load(id);

test("a net is loaded once and runs", async () => {
  const models = modelsIn(1);
  const [one, other] = await Promise.all([models.load(id), models.load(id)]);
  expect(other).toBe(one);
  const { at4 } = await one.session.run({ ct: { data: new Float32Array(32 ** 3).fill(-0.8), shape: [1, 1, 32, 32, 32] } });
  expect(at4?.shape).toEqual([1, 5, 8, 8, 8]);
});

test("a missing file of a net is a fault that names the net", async () => {
  await expect(load("nowhere")).rejects.toMatchObject({ code: "model.missing", values: { id } });
  rmSync(join(copied("half"), "model.onnx"));
  await expect(load("half")).rejects.toMatchObject({ code: "model.missing" });
});

test("a net of which one byte differs from what its card says is refused", async () => {
  const path = join(copied("damaged"), "model.onnx");
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
  writeFileSync(path, bytes);
  await expect(load("damaged")).rejects.toMatchObject({ code: "model.damaged", values: { id } });
});

test("a card that says less than it must is refused", async () => {
  writeFileSync(join(copied("silent"), "card.json"), "{}");
  await expect(load("silent")).rejects.toMatchObject({ code: "model.damaged" });
});
