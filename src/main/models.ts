import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Fault } from "../base/fault.ts";
import { ModelCard } from "../models/card.ts";
import type { Model, Models } from "../models/session.ts";

/** Beside src/ in a clone and beside dist/ in a published package. */
const ownFolder = new URL("../../models/", import.meta.url);

/**
 * The nets of a folder, each loaded once, when first asked for.
 * @param threads that one run may use
 */
export function modelsIn(threads: number, folder: URL = ownFolder): Models {
  const loaded = new Map<string, Promise<Model>>();
  return {
    load: (id) => {
      const model = loaded.get(id) ?? loadModel(new URL(`${id}/`, folder), id, threads);
      loaded.set(id, model);
      return model;
    },
  };
}

async function loadModel(folder: URL, id: string, threads: number): Promise<Model> {
  const file = async (name: string): Promise<Buffer> => {
    try {
      return await readFile(new URL(name, folder));
    } catch (error) {
      throw new Fault("model.missing", { id }, error);
    }
  };
  const [text, onnx] = [await file("card.json"), await file("model.onnx")];
  const card = cardOf(text.toString(), id);
  if (createHash("sha256").update(onnx).digest("hex") !== card.sha256) throw new Fault("model.damaged", { id });
  const { nodeSession } = await import("../models/session-node.ts");
  return { card, session: await nodeSession(onnx, threads) };
}

function cardOf(text: string, id: string): ModelCard {
  try {
    return ModelCard.parse(JSON.parse(text));
  } catch (error) {
    throw new Fault("model.damaged", { id }, error);
  }
}
