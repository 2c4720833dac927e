import { findLungs, type Lungs, type NoLungs } from "../../anatomy/lungs.ts";
import type { AnalysisInput, Bench, SeriesVolume } from "../analysis.ts";

/** @throws RangeError when no volume has the role "chest" */
export function chestOf({ volumes }: AnalysisInput): SeriesVolume {
  const series = volumes.chest;
  if (series === undefined) throw new RangeError('lung-nodule needs a volume in the role "chest"');
  return series;
}

/** The lungs of the chest volume, found once however many ask. */
export function lungsOf({ volume, padding }: SeriesVolume, { once, threads, signal, progress }: Bench): Promise<Lungs | NoLungs> {
  const report = (fraction: number): void => progress("lungs", fraction);
  return once(volume, "lungs", () =>
    findLungs(volume, { threads, signal, progress: report, ...(padding === undefined ? {} : { padding }) }),
  );
}
