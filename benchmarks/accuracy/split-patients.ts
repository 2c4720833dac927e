/**
 * Fixes the split of lidc-nodules by patient, once: `node benchmarks/accuracy/split-patients.ts DATA_DIR` writes splits.json beside this file.
 * train is the publisher's train split; the validation patients are halved into calibration and test, stratified by the diameter of their
 * largest nodule and by whether they have more than one.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { type NoduleRow, readNoduleTable } from "./lidc-nodules.ts";

const SEED = 20_240_131;

export interface Splits {
  readonly seed: number;
  readonly train: readonly string[];
  readonly calibration: readonly string[];
  readonly test: readonly string[];
}

/** Shuffles each stratum and deals its patients out in turn, going on in the next stratum where the last one stopped. */
export function splitPatients(rows: readonly NoduleRow[], seed: number): Splits {
  const random = seededRandom(seed);
  const strata = new Map<string, string[]>();
  for (const patient of patientsOf(rows, "validation")) {
    const own = rows.filter((row) => row.patientId === patient);
    const largest = Math.max(...own.map((row) => row.diameterMm));
    const stratum = `${largest < 6 ? "a" : largest < 8 ? "b" : largest < 15 ? "c" : "d"}${own.length > 1 ? "+" : ""}`;
    strata.set(stratum, [...(strata.get(stratum) ?? []), patient]);
  }
  const halves: [string[], string[]] = [[], []];
  let turn = 0;
  for (const stratum of [...strata.keys()].sort()) {
    const patients = [...strata.get(stratum)!].sort();
    for (let n = patients.length - 1; n > 0; n--) {
      const other = random.integer(n + 1);
      [patients[n], patients[other]] = [patients[other]!, patients[n]!];
    }
    for (const patient of patients) halves[turn++ % 2 === 0 ? 0 : 1].push(patient);
  }
  return { seed, train: patientsOf(rows, "train"), calibration: halves[0].sort(), test: halves[1].sort() };
}

const patientsOf = (rows: readonly NoduleRow[], split: NoduleRow["split"]): string[] =>
  [...new Set(rows.filter((row) => row.split === split).map((row) => row.patientId))].sort();

if (import.meta.main) {
  const dataFolder = process.argv[2];
  if (dataFolder === undefined) throw new Error("usage: split-patients.ts DATA_DIR");
  const splits = splitPatients(await readNoduleTable(join(dataFolder, "lidc-nodules")), SEED);
  await writeFile(new URL("splits.json", import.meta.url), `${JSON.stringify(splits, null, 1)}\n`);
  console.log(`train ${splits.train.length}, calibration ${splits.calibration.length}, test ${splits.test.length} patients`);
}
