import { reason } from "../base/reason.ts";
import type { ByteOrigin } from "./byte-source.ts";
import { findFiles } from "./find-files.ts";
import type { Refused } from "./found-files.ts";
import { gatherStudies, type StudyIntake } from "./gather-studies.ts";
import { type FileReading, readFile } from "./read-file.ts";

export type { StudyIntake } from "./gather-studies.ts";

/** What was found under the given paths. */
export interface Intake {
  readonly studies: readonly StudyIntake[];
  /** Files that look like DICOM, or claim to be, and could not be read; by base name. */
  readonly refused: readonly Refused[];
  /** Files passed by in silence: hidden ones, and those that neither are DICOM nor are called .dcm. */
  readonly passedBy: { readonly hidden: number; readonly notDicom: number };
}

export interface IntakeOptions {
  readonly signal: AbortSignal;
  /** @param fraction 0 … 1 */
  readonly progress: (fraction: number) => void;
}

/** Files whose headers are read at the same time, so that the disk is never idle. */
const filesAtOnce = 16;

/**
 * Reads the headers of all DICOM files under folders, zip archives, DICOMDIR files or single files and groups them into studies, series and stacks.
 * Pixel data are not touched. Different persons are never put into one study, even where files claim it.
 * @throws Fault for an archive that is unsafe to read
 */
export async function intake(paths: readonly string[], { signal, progress }: IntakeOptions): Promise<Intake> {
  const found = await findFiles(paths, signal);
  const readings: FileReading[] = new Array(found.origins.length);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < found.origins.length) {
      signal.throwIfAborted();
      const index = next++;
      readings[index] = await readFile(found.origins[index] as ByteOrigin);
      done++;
      if (done % 32 === 0) progress(done / found.origins.length);
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
  progress(1);
  const { refused, notDicom } = refusals(readings);
  const studies = gatherStudies(readings);
  const nothing = studies.length === 0 && refused.length === 0 && found.refused.length === 0;
  const none: Refused[] = nothing ? [{ fileName: "", because: reason("intake.nothing-found", { files: found.origins.length }) }] : [];
  return { studies, refused: [...found.refused, ...refused, ...none], passedBy: { hidden: found.hidden, notDicom } };
}

/** Non-DICOM files are passed by in silence, unless their name says that they are DICOM. */
function refusals(readings: readonly FileReading[]): { refused: Refused[]; notDicom: number } {
  const refused: Refused[] = [];
  let notDicom = 0;
  for (const reading of readings) {
    const fileName = reading.origin.name;
    if (reading.kind === "refused") refused.push({ fileName, because: reading.because });
    if (reading.kind !== "not-dicom") continue;
    if (/\.(dcm|dicom|ima)$/i.test(fileName)) refused.push({ fileName, because: reason("intake.not-dicom") });
    else notDicom++;
  }
  return { refused, notDicom };
}
