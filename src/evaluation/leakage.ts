import { z } from "zod";
import type { Evaluation } from "./evaluation.ts";
import { type DatasetManifest, type DatasetScan, scanNames } from "./manifest.ts";

/** Whom a model was trained on, as its card says. */
export const TrainingManifest = z.object({ patients: z.array(z.string()), scans: z.array(z.string()) });
export type TrainingManifest = z.infer<typeof TrainingManifest>;

/** The scans of a set, by whether a model may be measured on them. */
export interface Cleared {
  readonly clean: readonly DatasetScan[];
  /** Its patient, or one whose nodule was set into it, trained the model. */
  readonly trained: readonly DatasetScan[];
  /** Nobody can tell: its patient is unknown. */
  readonly unknown: readonly DatasetScan[];
}

/**
 * Sorts out the scans whose patients trained a model. A patient's name stands for all scans of the patient, and a scan's name may stand for its
 * patient. A scan of an unknown patient is clean where all that was trained on are other scans of this very set.
 */
export function clearTrained({ scans }: Pick<DatasetManifest, "scans">, trainings: readonly TrainingManifest[]): Cleared {
  const trained = new Set(trainings.flatMap(({ patients, scans: ids }) => [...patients, ...ids]));
  const own = new Set(scans.flatMap(scanNames));
  const onlyOwn = [...trained].every((name) => own.has(name));
  const kind = (scan: DatasetScan): keyof Cleared => {
    const patients = [scan.patientId, ...scan.reference.nodules.map(({ patientId }) => patientId)];
    if ([...scanNames(scan), ...patients].some((name) => name !== null && trained.has(name))) return "trained";
    return scan.patientId === null && !onlyOwn ? "unknown" : "clean";
  };
  const of = (wanted: keyof Cleared): DatasetScan[] => scans.filter((scan) => kind(scan) === wanted);
  return { clean: of("clean"), trained: of("trained"), unknown: of("unknown") };
}

/** The scans that are measured on: those that are clean, or, where the caller insists, all of them with the stamp that they are contaminated. */
export function admitted(
  { clean, trained, unknown }: Cleared,
  allowContaminated: boolean,
): { scans: readonly DatasetScan[]; leakage: Evaluation["leakage"] } {
  const ids = (scans: readonly DatasetScan[]): string[] => scans.map(({ id }) => id);
  const contaminated = allowContaminated && trained.length + unknown.length > 0;
  return {
    scans: contaminated ? [...clean, ...trained, ...unknown] : clean,
    leakage: { state: contaminated ? "contaminated" : "clean", trained: ids(trained), unknown: ids(unknown) },
  };
}
