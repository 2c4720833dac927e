import { createHash } from "node:crypto";
import { existsSync, globSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ZodError } from "zod";
import { Fault } from "../base/fault.ts";
import { luna16Manifest } from "../evaluation/luna16.ts";
import { DatasetManifest, type DatasetScan } from "../evaluation/manifest.ts";
import { scanOfReference } from "../evaluation/reference-json.ts";

export interface OpenDataset {
  readonly manifest: DatasetManifest;
  /** SHA-256 of the manifest's file; of the scans, their references and their order where it was made in memory. */
  readonly sha256: string;
  /** Folder that the paths of scans are relative to. */
  readonly data: string;
}

/**
 * A data set: a manifest (a .json file, or manifest.json in a folder), LUNA16's own folder, or a folder of scans that each hold a
 * reference.json and a folder dicom.
 * @param data folder that the manifest's paths are relative to; null: the manifest's own
 * @throws Fault cli.dataset-missing, evaluation.… when it is none
 */
export async function openDataset(path: string, data: string | null): Promise<OpenDataset> {
  if (!existsSync(path)) throw new Fault("cli.dataset-missing");
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  const file = folder === path ? join(path, "manifest.json") : path;
  if (existsSync(file)) {
    const text = await readFile(file, "utf8");
    return { manifest: parsed(text), sha256: sha256(text), data: resolve(data ?? folder) };
  }
  const manifest = existsSync(join(folder, "annotations.csv")) ? await luna16(folder) : await scansWithReferences(folder);
  const known = { ...manifest, scans: manifest.scans.map(({ path: _path, ...scan }) => scan) };
  return { manifest, sha256: sha256(JSON.stringify(known)), data: resolve(data ?? folder) };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function parsed(text: string): DatasetManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Fault("evaluation.manifest-unreadable", {}, error);
  }
  const result = DatasetManifest.safeParse(json);
  if (result.success) return result.data;
  const where = result.error.issues.map(({ path }) => path.join(".") || "/");
  throw new Fault("evaluation.manifest-invalid", { where: [...new Set(where)].slice(0, 5).join(", ") });
}

async function luna16(folder: string): Promise<DatasetManifest> {
  const text = async (...names: string[]): Promise<string | null> => {
    const found = names.map((name) => join(folder, name)).find((file) => existsSync(file));
    return found === undefined ? null : readFile(found, "utf8");
  };
  const script = "evaluationScript/annotations";
  const excluded = await text("annotations_excluded.csv", `${script}/annotations_excluded.csv`);
  if (excluded === null) throw new Fault("evaluation.luna16-no-excluded");
  return luna16Manifest({
    annotations: (await text("annotations.csv")) ?? "",
    excluded,
    seriesUids: await text("seriesuids.csv", `${script}/seriesuids.csv`),
    candidates: await text("candidates_V2.csv", "candidates.csv"),
    patients: await text("patients.csv", "metadata.csv"),
    volumes: new Map(globSync("{*,subset*/*}.mhd", { cwd: folder }).map((file) => [basename(file, ".mhd"), file])),
  });
}

async function scansWithReferences(folder: string): Promise<DatasetManifest> {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "reference.json")));
  if (names.length === 0) throw new Fault("evaluation.dataset-unknown");
  const scans = names.sort().map(async (name): Promise<DatasetScan> => {
    const inside = existsSync(join(folder, name, "dicom")) ? `${name}/dicom` : name;
    try {
      return scanOfReference(name, inside, JSON.parse(await readFile(join(folder, name, "reference.json"), "utf8")));
    } catch (error) {
      if (error instanceof ZodError || error instanceof SyntaxError) throw new Fault("evaluation.reference-invalid", { scan: name }, error);
      throw error;
    }
  });
  return {
    schema: 1,
    id: basename(resolve(folder)),
    version: "–",
    licence: "–",
    citation: "–",
    split: "development",
    level: "raw clinical",
    readBy: "reference.json",
    readersNeeded: 3,
    scans: await Promise.all(scans),
  };
}
