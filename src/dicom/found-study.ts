import { isUid } from "../base/uid.ts";

/** What is asked for: studies of one patient ID, of these dates (YYYYMMDD, both included). */
export interface StudyQuery {
  readonly patientId: string;
  readonly from: string;
  readonly to: string;
}

/** A study as a peer describes it. Null is what it does not say. */
export interface FoundStudy {
  readonly studyInstanceUid: string;
  readonly studyDate: string | null;
  readonly studyTime: string | null;
  readonly studyDescription: string | null;
  readonly modalities: readonly string[];
  readonly instances: number | null;
  readonly patient: {
    readonly id: string | null;
    readonly issuer: string | null;
    readonly name: string | null;
    readonly birthDate: string | null;
  };
}

export interface FoundSeries {
  readonly modality: string | null;
  readonly bodyPartExamined: string | null;
  readonly seriesDescription: string | null;
  readonly protocolName: string | null;
}

/** An answer to a query, over DIMSE or DICOMweb. Tags are written as in tags.ts. */
export interface Found {
  readonly text: (tag: string) => string | null;
  readonly texts: (tag: string) => readonly string[];
}

/** What is asked to be answered: keys of PS3.4 tables C.6-1 to C.6-3. */
export const studyTags: readonly number[] = [
  0x00080020, 0x00080030, 0x00080061, 0x00081030, 0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x0020000d, 0x00201208,
];
export const seriesTags: readonly number[] = [0x00080060, 0x0008103e, 0x00180015, 0x00181030, 0x0020000e];

/** Answers that name no study are passed by. */
export function foundStudies(answers: readonly Found[]): FoundStudy[] {
  return answers.flatMap(({ text, texts }) => {
    const studyInstanceUid = text("x0020000d");
    if (!isUid(studyInstanceUid)) return [];
    const instances = Number(text("x00201208") ?? Number.NaN);
    return {
      studyInstanceUid,
      studyDate: text("x00080020"),
      studyTime: text("x00080030"),
      studyDescription: text("x00081030"),
      modalities: texts("x00080061").filter((modality) => modality !== ""),
      instances: Number.isInteger(instances) ? instances : null,
      patient: { id: text("x00100020"), issuer: text("x00100021"), name: text("x00100010"), birthDate: text("x00100030") },
    };
  });
}

export const foundSeries = (answers: readonly Found[]): FoundSeries[] =>
  answers.map(({ text }) => ({
    modality: text("x00080060"),
    bodyPartExamined: text("x00180015"),
    seriesDescription: text("x0008103e"),
    protocolName: text("x00181030"),
  }));
