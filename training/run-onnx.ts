// Runs an ONNX model as the product does, for the check in export_onnx.py.
// Usage: node training/run-onnx.ts MODEL FOLDER Z Y X     reads FOLDER/ct.f32 (1×1×Z×Y×X), writes FOLDER/<output>.f32 for every output.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";

const [model, folder, ...sizes] = process.argv.slice(2);
if (model === undefined || folder === undefined || sizes.length !== 3) throw new Error("usage: run-onnx.ts MODEL FOLDER Z Y X");
const session = await InferenceSession.create(model);
const ct = new Float32Array(Uint8Array.from(readFileSync(join(folder, "ct.f32"))).buffer);
const outputs = await session.run({ ct: new Tensor("float32", ct, [1, 1, ...sizes.map(Number)]) });
for (const [name, { data }] of Object.entries(outputs)) writeFileSync(join(folder, `${name}.f32`), new Uint8Array((data as Float32Array).buffer));
