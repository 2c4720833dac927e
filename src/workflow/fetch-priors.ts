import { Fault } from "../base/fault.ts";
import { type Reason, reason } from "../base/reason.ts";
import type { FoundSeries, FoundStudy, StudyQuery } from "../dicom/found-study.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import type { StudyRecord } from "../findings/study-record.ts";
import { mayShareRegion, regionsNamed } from "./body-region.ts";

/** A peer that is asked for earlier studies. What it does throws Fault `send.…` or `query.…`, or the signal's reason. */
export interface PriorSource {
  /** AE title. */
  readonly name: string;
  readonly studies: (query: StudyQuery, signal: AbortSignal) => Promise<readonly FoundStudy[]>;
  readonly series: (studyInstanceUid: string, signal: AbortSignal) => Promise<readonly FoundSeries[]>;
  /** Resolves when every object of the study is kept here. */
  readonly retrieve: (studyInstanceUid: string, signal: AbortSignal) => Promise<void>;
}

export interface FetchPriorsPorts {
  readonly sources: readonly PriorSource[];
  readonly index: {
    readonly study: (studyInstanceUid: string) => Promise<StudyRecord | null>;
    readonly series: (studyInstanceUid: string) => Promise<readonly ReceivedInstance["series"][]>;
    readonly priorOf: (studyInstanceUid: string) => Promise<string | null>;
    readonly isHere: (studyInstanceUid: string) => Promise<boolean>;
    readonly fetchAgain: (studyInstanceUid: string) => Promise<void>;
  };
  /** (0010,0021) of the study's images; null: they do not say. */
  readonly issuerOf: (studyInstanceUid: string) => Promise<string | null>;
  /** A study is here as a whole, for comparison. */
  readonly fetched: (studyInstanceUid: string, from: string) => Promise<void>;
  /** Why a source could not be asked, or a study not fetched from it. */
  readonly failed: (from: string, code: string) => void;
}

const imageModalities: ReadonlySet<string> = new Set("CT MR PT CR DX MG US NM XA RF".split(" "));
/** Of so many of the latest the region is asked for. */
const mostLookedAt = 5;

/**
 * Fetches the latest earlier study of the same person, modality and region from the peers that may have it, unless one as late is here. A person is known
 * by the ID, where both say by whom it was given, and by no contradiction in name and birth date; the comparison looks at all of that once more.
 * @param years how far back; 0 asks nobody
 * @param signal when it aborts what is not here by then is missing
 * @returns why a study that exists or may exist could not be fetched; null: nothing is missing, as far as the peers say
 */
export async function fetchPrior(
  studyInstanceUid: string,
  ports: FetchPriorsPorts,
  { years, signal }: { readonly years: number; readonly signal: AbortSignal },
): Promise<Reason | null> {
  const { index, sources } = ports;
  const study = await index.study(studyInstanceUid);
  const query = study === null ? null : queryFor(study, years);
  if (study === null || query === null || sources.length === 0) return null;
  const series = (await index.series(studyInstanceUid)).filter(({ modality }) => imageModalities.has(modality));
  const modalities = new Set(series.map(({ modality }) => modality));
  if (modalities.size === 0) return null;
  const issuer = await ports.issuerOf(studyInstanceUid);
  const region = regionsNamed([study.studyDescription, ...series.flatMap(textsOf)]);

  let missing: Reason | null = null;
  const trying = async <Result>(source: PriorSource, code: string, work: () => Promise<Result>): Promise<Result | null> => {
    try {
      signal.throwIfAborted();
      return await work();
    } catch (error) {
      const late = signal.aborted ? "prior.not-in-time" : null;
      if (late === null && !(error instanceof Fault)) throw error;
      ports.failed(source.name, late ?? (error as Fault).code);
      missing ??= reason(late ?? code, { peer: source.name });
      return null;
    }
  };

  const asked = sources.map(async (source) => {
    const found = (await trying(source, "prior.source-away", () => source.studies(query, signal))) ?? [];
    return found.filter((one) => isEarlierOfSame(one, study, query, issuer, modalities)).map((of) => ({ source, of }));
  });
  const candidates = (await Promise.all(asked)).flat().sort((a, b) => timeOf(b.of).localeCompare(timeOf(a.of)));
  const hereUid = await index.priorOf(studyInstanceUid);
  const here = hereUid === null ? null : await index.study(hereUid);
  let failedUid: string | null = null;
  for (const { source, of } of candidates.slice(0, mostLookedAt)) {
    // An older one is no substitute; the same one from another source is.
    if (failedUid !== null && of.studyInstanceUid !== failedUid) continue;
    if ((here !== null && timeOf(here) >= timeOf(of)) || (await index.isHere(of.studyInstanceUid))) return missing;
    const found = await trying(source, "prior.source-away", () => source.series(of.studyInstanceUid, signal));
    if (found === null) {
      failedUid = of.studyInstanceUid;
      continue;
    }
    const alike = found.filter(({ modality }) => modality === null || modalities.has(modality));
    if (!mayShareRegion(region, regionsNamed([of.studyDescription, ...alike.flatMap(textsOf)]))) continue;
    await index.fetchAgain(of.studyInstanceUid);
    const done = await trying(source, "prior.not-fetched", async () => {
      await source.retrieve(of.studyInstanceUid, signal);
      await ports.fetched(of.studyInstanceUid, source.name);
      // A peer may call it done without having sent anything.
      if (!(await index.isHere(of.studyInstanceUid))) throw new Fault("query.incomplete", { failed: of.instances ?? 1 });
      return true;
    });
    if (done) return null;
    failedUid = of.studyInstanceUid;
  }
  return missing;
}

const textsOf = ({
  bodyPartExamined,
  seriesDescription,
  protocolName,
}: Pick<FoundSeries, "bodyPartExamined" | "seriesDescription" | "protocolName">) => [bodyPartExamined, seriesDescription, protocolName];

const timeOf = ({ studyDate, studyTime }: Pick<FoundStudy, "studyDate" | "studyTime">): string => `${studyDate} ${studyTime ?? ""}`;

/** Null where nobody can be asked: no ID or no date, or an ID in which a character would stand for any. */
function queryFor({ patient: { id }, studyDate }: StudyRecord, years: number): StudyQuery | null {
  if (id === null || /[\\*?]/.test(id) || studyDate === null || !/^\d{8}$/.test(studyDate) || years === 0) return null;
  const year = `${Number(studyDate.slice(0, 4)) - years}`.padStart(4, "0");
  return { patientId: id, from: `${year}${studyDate.slice(4)}`, to: studyDate };
}

function isEarlierOfSame(
  found: FoundStudy,
  { studyInstanceUid, studyDate, patient }: StudyRecord,
  { from }: StudyQuery,
  issuer: string | null,
  modalities: ReadonlySet<string>,
): boolean {
  if (found.studyInstanceUid === studyInstanceUid || found.studyDate === null || studyDate === null) return false;
  if (!(found.studyDate < studyDate && found.studyDate >= from)) return false;
  const isSame =
    found.patient.id === patient.id &&
    !differ(found.patient.issuer, issuer) &&
    !differ(found.patient.birthDate, patient.birthDate) &&
    !differ(plainName(found.patient.name), plainName(patient.name));
  return isSame && (found.modalities.length === 0 || found.modalities.some((modality) => modalities.has(modality)));
}

const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;

/** What of a name survives: peers answer in capitals, with other separators, and without letters that their own character set lacks (Orthanc's Latin-1). */
const plainName = (name: string | null): string | null =>
  name
    ?.split("=")[0]
    ?.toUpperCase()
    .replace(/[^A-Z]/g, "") || null;
