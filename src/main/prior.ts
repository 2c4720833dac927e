import { type Reason, reason } from "../base/reason.ts";
import { type Intake, intake, type StudyIntake } from "../dicom/intake.ts";
import type { PatientModule, StudySummary } from "../findings/study.ts";
import { comparePrior, notCompared } from "../workflow/compare-prior.ts";
import type { ReadPorts, StudyReading } from "../workflow/read-study.ts";

type Usable = { readonly kind: "usable"; readonly study: StudyIntake } | { readonly kind: "refused"; readonly because: Reason };

/** The examinations of `--prior PATH`: opened and read once, however many studies are compared with them. */
export class Prior {
  readonly #path: string;
  #taken: Promise<Intake> | null = null;
  readonly #read = new Map<StudyIntake, Promise<StudyReading[]>>();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The readings of a study, compared with the latest earlier examination of the same person; or each with the reason why it was not compared.
   * @throws the signal's reason when aborted; Fault for an archive that is unsafe to read
   */
  async compare(
    study: StudySummary,
    readings: readonly StudyReading[],
    read: (prior: StudyIntake) => Promise<StudyReading[]>,
    ports: Pick<ReadPorts, "threads" | "signal" | "say" | "progress">,
  ): Promise<StudyReading[]> {
    this.#taken ??= intake([this.#path], { signal: ports.signal, progress: () => {} });
    const usable = priorFor(study, (await this.#taken).studies);
    if (usable.kind === "refused") return readings.map((reading) => notCompared(reading, usable.because, ports.say));
    const prior = this.#read.get(usable.study) ?? read(usable.study);
    this.#read.set(usable.study, prior);
    const before = await prior;
    ports.progress("compare", 0);
    const compared: StudyReading[] = [];
    for (const reading of readings) {
      const same = before.find(({ reading: { id } }) => id === reading.reading.id);
      compared.push(
        same === undefined ? reading : await comparePrior({ study, reading }, { study: usable.study.summary, reading: same }, ports),
      );
    }
    ports.progress("compare", 1);
    return compared;
  }
}

/** The latest earlier examination with images, or why none may be compared: never of another patient, nor of one not known to be the same. */
export function priorFor(study: StudySummary, found: readonly StudyIntake[]): Usable {
  const refused = (code: string): Usable => ({ kind: "refused", because: reason(code) });
  const [first] = found;
  if (first === undefined) return refused("growth.prior-unreadable");
  if (found.some(({ summary }) => samePatient(summary.patient, first.summary.patient) === "no"))
    return refused("growth.prior-several-patients");
  const same = found.map(({ summary }) => samePatient(summary.patient, study.patient));
  if (same.includes("no")) return refused("growth.prior-other-patient");
  if (same.includes("unknown")) return refused("growth.prior-patient-unknown");
  const others = found.filter(({ summary }) => summary.studyInstanceUid !== study.studyInstanceUid);
  if (others.length === 0) return refused("growth.prior-same-study");
  const imaged = others.filter(({ stacks }) => stacks.size > 0);
  if (imaged.length === 0) return refused("growth.prior-report-only");
  const earlier = imaged.filter(({ summary }) => !(timeOf(summary) > timeOf(study)));
  const [latest] = earlier.sort((a, b) => (timeOf(a.summary) < timeOf(b.summary) ? 1 : -1));
  return latest === undefined ? refused("growth.prior-newer") : { kind: "usable", study: latest };
}

const timeOf = ({ studyDate, studyTime }: StudySummary): string => `${studyDate ?? ""} ${studyDate === null ? "" : (studyTime ?? "")}`;

/** By PatientID and name; without IDs by name and birth date. */
function samePatient(a: PatientModule, b: PatientModule): "yes" | "no" | "unknown" {
  const differ = (x: string | null, y: string | null): boolean => x !== null && y !== null && x !== y;
  if (differ(a.id, b.id) || differ(a.name, b.name) || differ(a.birthDate, b.birthDate)) return "no";
  if (a.id !== null && b.id !== null) return "yes";
  return a.name !== null && b.name !== null && a.birthDate !== null && b.birthDate !== null ? "yes" : "unknown";
}
