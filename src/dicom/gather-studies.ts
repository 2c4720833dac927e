import { type Reason, reason } from "../base/reason.ts";
import type { StudySummary } from "../findings/study.ts";
import type { ImageContext } from "./image-file.ts";
import type { FileReading } from "./read-file.ts";
import { type Slice, splitSeries } from "./split-series.ts";
import { type Stack, stackOf } from "./stack.ts";

/** One study of one person, described from headers alone. */
export interface StudyIntake {
  readonly summary: StudySummary;
  readonly stacks: ReadonlyMap<string, Stack>;
  /** What a reader should know of the files: a second person among them, files refused, objects that are no images. */
  readonly because: readonly Reason[];
}

type Known = FileReading & { readonly context: ImageContext };

/**
 * Puts files together that belong to one study of one person. A StudyInstanceUID shared by two persons makes two studies, and both say so.
 */
export function gatherStudies(readings: readonly FileReading[]): readonly StudyIntake[] {
  const known = readings.flatMap((reading): Known[] => {
    const context = contextOf(reading);
    return context ? [{ ...reading, context }] : [];
  });
  const studies = groupBy(known, ({ context }) => context.study.studyInstanceUid);
  const persons = new Set(known.map(({ context }) => personKey(context)));
  return [...studies.values()].flatMap((files) => {
    const people = [...groupBy(files, ({ context }) => personKey(context)).values()];
    const because: Reason[] = [];
    if (people.length > 1) because.push(reason("intake.study-of-several-patients", { patients: people.length }));
    else if (persons.size > 1) because.push(reason("intake.several-patients", { patients: persons.size }));
    return people.flatMap((own) => gatherStudy(own, because));
  });
}

function contextOf(reading: FileReading): ImageContext | null {
  switch (reading.kind) {
    case "image":
      return reading.image.context;
    case "not-image":
    case "refused":
      return reading.context;
    case "not-dicom":
      return null;
  }
}

/** PatientID, and where there is none, name and birth date. */
function personKey({ patient }: ImageContext): string {
  return patient.id !== null ? `id ${patient.id}` : `name ${patient.name ?? ""} ${patient.birthDate ?? ""}`;
}

/** Empty when every file of the study was refused. */
function gatherStudy(files: readonly Known[], notes: readonly Reason[]): StudyIntake[] {
  const first = files.find(({ kind }) => kind !== "refused");
  if (!first) return [];
  const stacks = new Map<string, Stack>();
  for (const [seriesUid, members] of groupBy(files, ({ context }) => context.series.seriesInstanceUid)) {
    const refused = members.filter(({ kind }) => kind === "refused").length;
    const slices = members.flatMap((member): Slice[] =>
      member.kind === "image" ? member.image.frames.map((frame) => ({ file: member.image, frame })) : [],
    );
    splitSeries(slices).forEach((group, n) => {
      const stackId = n === 0 ? seriesUid : `${seriesUid}#${n + 1}`;
      stacks.set(stackId, stackOf(stackId, group, n === 0 ? refused : 0));
    });
  }
  const because = [...notes, ...otherObjects(files), ...refusedFiles(files)];
  const summary = { ...first.context.study, patient: first.context.patient, series: [...stacks.values()].map((stack) => stack.summary) };
  return [{ summary, stacks, because }];
}

function refusedFiles(files: readonly Known[]): Reason[] {
  const count = files.filter(({ kind }) => kind === "refused").length;
  return count > 0 ? [reason("intake.files-refused", { count })] : [];
}

/** Structured reports, segmentations, presentation states: named by modality, not read. */
function otherObjects(files: readonly Known[]): Reason[] {
  const others = files.filter(({ kind }) => kind === "not-image");
  return [...groupBy(others, ({ context }) => context.series.modality)].map(([modality, objects]) =>
    reason("intake.not-images", { modality, count: objects.length }),
  );
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
