import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault } from "../base/fault.ts";
import type { PhantomCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { type CtHeaders, ctSeriesFiles, type DicomFile } from "../dicom/write/ct.ts";
import { type ChestPhantom, chestPhantom } from "../volume/phantom/chest.ts";
import { demoPhantom } from "../volume/phantom/demo.ts";
import { say } from "../words/say.ts";
import { writeResult } from "./result-folder.ts";

/**
 * `overread phantom`: a chest CT of known truth as DICOM files, and truth.json beside them. The folder is written as a whole.
 * A phantom that is already there is replaced; a folder with anything else in it is left alone.
 * @returns the exit code
 * @throws Fault output.not-writable, output.disk-full
 */
export async function phantomCommand({ out, seed, language }: PhantomCommand, signal: AbortSignal): Promise<number> {
  await refuseForeign(resolve(out));
  const made = await chestPhantom({ seed, spacingMm: [0.7, 0.7, 1], noiseHu: 20, kernel: "soft", signal });
  const truth = new TextEncoder().encode(`${JSON.stringify(made.truth, null, 2)}\n`);
  function* files(): Generator<{ path: string; bytes: Uint8Array }> {
    for (const { fileName, bytes } of dicomOf(made, `phantom ${seed}`)) yield { path: `dicom/${fileName}`, bytes };
    yield { path: "truth.json", bytes: truth };
  }
  await writeResult(resolve(out), files(), signal);
  console.log(say(language, "cli.phantom-written", { slices: made.volume.grid.size[2], nodules: made.truth.nodules.length }));
  return exitCode.done;
}

/** The demonstration examination as DICOM files. */
export async function demoFiles(signal: AbortSignal, progress: (fraction: number) => void): Promise<Iterable<DicomFile>> {
  return dicomOf(await demoPhantom(signal, progress), "demonstration");
}

function dicomOf({ volume, truth }: ChestPhantom, name: string): Iterable<DicomFile> {
  const headers: CtHeaders = {
    uidParts: ["phantom", name],
    patientName: "Phantom^Overread",
    patientId: `PHANTOM-${truth.seed}`,
    patientSex: "O",
    studyDate: "20260101",
    studyTime: "120000",
    studyDescription: "CT chest phantom",
    seriesDescription: "Chest phantom, axial",
    bodyPart: "CHEST",
    manufacturer: "Overread",
    sliceThicknessMm: truth.sliceThicknessMm,
    convolutionKernel: truth.kernel === "soft" ? "SOFT" : "SHARP",
    kvp: 120,
  };
  return ctSeriesFiles(volume, headers);
}

/** Writing replaces the folder as a whole, so it must be empty, absent, or an earlier phantom's. */
async function refuseForeign(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new Fault("output.not-writable", { system: error.code ?? "" }, error);
  });
  const earlier = entries.includes("truth.json") && entries.every((name) => name === "truth.json" || name === "dicom");
  if (entries.length > 0 && !earlier) throw new Fault("output.not-empty");
}
