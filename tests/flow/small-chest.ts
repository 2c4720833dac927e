import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CtHeaders, type WriteCtOptions, writeCtSeries } from "../../src/dicom/write/ct.ts";
import { type ChestPhantom, chestPhantom } from "../../src/volume/phantom/chest.ts";

let made: Promise<ChestPhantom> | null = null;

/** One coarse chest phantom for all trips of a test file: made once, read in a few seconds. */
export function smallChest(): Promise<ChestPhantom> {
  made ??= chestPhantom({ seed: 5, spacingMm: [1.2, 1.2, 1.25], noiseHu: 12, kernel: "soft" });
  return made;
}

export const chestHeaders: CtHeaders = {
  uidParts: ["small chest"],
  patientName: "Secret^Person",
  patientId: "SECRET-ID",
  studyDate: "20260102",
  studyTime: "101112",
  sliceThicknessMm: 1.25,
  kvp: 120,
  convolutionKernel: "SOFT",
};

/** Writes a chest as single-frame CT files, 0001.dcm …, into a new folder. */
export function writeChest(
  folder: string,
  { volume }: Pick<ChestPhantom, "volume">,
  headers: Partial<CtHeaders> = {},
  options: WriteCtOptions = {},
): string[] {
  mkdirSync(folder, { recursive: true });
  return writeCtSeries(volume, { ...chestHeaders, ...headers }, options).map(({ bytes }, index) => {
    const path = join(folder, `${String(index + 1).padStart(4, "0")}.dcm`);
    writeFileSync(path, bytes);
    return path;
  });
}
