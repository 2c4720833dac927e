import { globSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Fault } from "../base/fault.ts";
import { TrainingManifest } from "../evaluation/leakage.ts";
import { textOf } from "./given-file.ts";

const Card = z.object({ id: z.string(), sha256: z.string(), training: TrainingManifest });

/** Whom a model was trained on, and which it is where the file says so. */
export interface Training {
  readonly training: TrainingManifest;
  readonly models: { id: string; sha256: string }[];
}

/** A model's card, or its training patients and scans alone. @throws Fault evaluation.training-invalid, cli.file-missing */
export async function trainingOf(option: string, file: string): Promise<Training> {
  const text = await textOf(option, file);
  try {
    const json: unknown = JSON.parse(text);
    const card = Card.safeParse(json);
    if (!card.success) return { training: TrainingManifest.parse(json), models: [] };
    const { id, sha256, training } = card.data;
    return { training, models: [{ id, sha256 }] };
  } catch (error) {
    throw new Fault("evaluation.training-invalid", {}, error);
  }
}

/** Of every net in a folder. */
export function trainingsIn(models: string): Promise<Training[]> {
  return Promise.all(globSync("*/card.json", { cwd: models }).map((card) => trainingOf("--recipe", join(models, card))));
}
