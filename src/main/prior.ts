import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Reason, reason } from "../base/reason.ts";
import { type Intake, intake, type StudyIntake } from "../dicom/intake.ts";
import { reportedUnder } from "../dicom/read-reported.ts";
import { ReadResult } from "../findings/read-result.ts";
import type { ReportedDocument } from "../findings/reported-finding.ts";
import type { PatientModule, StudySummary } from "../findings/study.ts";
import { comparePrior, notCompared } from "../workflow/compare-prior.ts";
import { compareReport } from "../workflow/compare-report.ts";
import { type PriorReport, reportOfDocuments, reportOfResult } from "../workflow/prior-report.ts";
import type { ReadPorts, StudyReading } from "../workflow/read-study.ts";

type Usable = { readonly kind: "usable"; readonly study: StudyIntake } | { readonly kind: "refused"; readonly because: Reason };

/** What lies in the path: examinations, and what this program and others wrote of them. */
interface Taken {
  readonly studies: readonly StudyIntake[];
  readonly results: readonly ReadResult[];
  readonly documents: readonly ReportedDocument[];
}

/** The examinations of `--prior PATH`: opened and read once, however many studies are compared with them. */
export class Prior {
  readonly #path: string;
  #taken: Promise<Taken> | null = null;
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
    this.#taken ??= take(this.#path, ports.signal);
    const taken = await this.#taken;
    const usable = priorFor(study, taken.studies);
    if (usable.kind === "refused") return readings.map((reading) => notCompared(reading, usable.because, ports.say));
    const { summary } = usable.study;
    const report = reportOf(summary, taken);
    if (!holdsImages(usable.study))
      return readings.map((reading) =>
        reading.reading.id === "lung-nodule"
          ? compareReport({ study, reading }, { study: summary, report: report ?? { nodules: [], complete: false } }, ports.say)
          : reading,
      );
    const prior = this.#read.get(usable.study) ?? read(usable.study);
    this.#read.set(usable.study, prior);
    const before = await prior;
    ports.progress("compare", 0);
    const compared: StudyReading[] = [];
    for (const reading of readings) {
      const same = before.find(({ reading: { id } }) => id === reading.reading.id);
      compared.push(
        same === undefined ? reading : await comparePrior({ study, reading }, { study: summary, reading: same, report }, ports),
      );
    }
    ports.progress("compare", 1);
    return compared;
  }
}

async function take(path: string, signal: AbortSignal): Promise<Taken> {
  const { studies }: Intake = await intake([path], { signal, progress: () => {} });
  const results = await resultsUnder(path);
  const known = new Set(studies.map(({ summary }) => summary.studyInstanceUid));
  const written = results.filter(({ study }) => !known.has(study.studyInstanceUid));
  return {
    studies: [...studies, ...written.map((of) => ({ summary: { ...of.study, series: [] }, stacks: new Map(), because: [] }))],
    results,
    documents: studies.some(holdsObjects) ? (await reportedUnder([path], signal)).documents : [],
  };
}

const holdsObjects = ({ because }: StudyIntake): boolean => because.some(({ code }) => code === "intake.not-images");

/** Pictures of a report (secondary captures) are not the examination's images. */
const holdsImages = ({ stacks }: StudyIntake): boolean =>
  [...stacks.values()].some(({ summary }) => !summary.sopClassUid.startsWith("1.2.840.10008.5.1.4.1.1.7"));

/** The findings.json that is given or lies in a result folder, or in those below a folder; what is none is passed by. */
async function resultsUnder(path: string): Promise<ReadResult[]> {
  const files =
    basename(path) === "findings.json"
      ? [path]
      : globSync("{findings.json,*/findings.json}", { cwd: path }).map((name) => join(path, name));
  const read = files.sort().map(async (file) => {
    try {
      return ReadResult.safeParse(JSON.parse(await readFile(file, "utf8"))).data ?? [];
    } catch {
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

/** What is written of an examination; the program's own result file says it in most detail. Null: nothing. */
function reportOf({ studyInstanceUid, patient }: StudySummary, { results, documents }: Taken): PriorReport | null {
  const result = results.find(({ study }) => study.studyInstanceUid === studyInstanceUid && samePatient(study.patient, patient) === "yes");
  const own = documents.filter((document) => document.studyInstanceUid === studyInstanceUid);
  const written = own.length > 0 ? reportOfDocuments(own) : null;
  return result === undefined ? written : reportOfResult(result, written);
}

/** The latest earlier examination, one with images before one without, or why none may be compared: never of another patient, nor of one not known to be the same. */
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
  const earlier = others.filter(({ summary }) => !(timeOf(summary) > timeOf(study)));
  const imaged = earlier.filter(holdsImages);
  const [latest] = (imaged.length > 0 ? imaged : earlier).sort((a, b) => (timeOf(a.summary) < timeOf(b.summary) ? 1 : -1));
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
