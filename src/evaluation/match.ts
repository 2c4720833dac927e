import type { Vector3 } from "../volume/space.ts";

/** A mark of a reader or a program. */
export interface Mark {
  /** DICOM LPS, mm. */
  readonly centerMm: Vector3;
  /** Higher is more suspicious. */
  readonly score: number;
}

/** A lesion of the reference standard. */
export interface ReferenceLesion {
  readonly centerMm: Vector3;
  /** null where the reference has none: counts as 10 mm. */
  readonly diameterMm: number | null;
  /** false: irrelevant (under 3 mm, too few readers, non-nodule); marks on it are neither true nor false. */
  readonly counts: boolean;
}

/** What became of the marks of one scan. */
export interface Matched {
  /** For each lesion that counts, in the order given: the highest score of a mark on it, or null when missed. */
  readonly lesionScores: ReadonlyArray<number | null>;
  /** Scores of marks on nothing. */
  readonly falsePositives: readonly number[];
  /** Scores of marks on irrelevant findings only: neither true nor false by LUNA16's rules, false to the reader who looks at them. */
  readonly ignored: readonly number[];
}

const UNKNOWN_DIAMETER_MM = 10;

/**
 * Compares the marks of one scan with its reference by LUNA16's rules: a mark hits a lesion when the squared distance of their centres is less
 * than (diameter/2)²; the highest score counts for the lesion and further marks on it count for nothing; marks that hit only irrelevant findings
 * are taken out. A mark in two overlapping lesions hits both.
 * Setio et al., Med Image Anal 2017;42:1–13, and the challenge's evaluation script.
 * @throws RangeError when a score is not finite, a coordinate is not finite or a diameter is not positive
 */
export function matchMarks(marks: readonly Mark[], lesions: readonly ReferenceLesion[]): Matched {
  for (const mark of marks) {
    if (!(Number.isFinite(mark.score) && mark.centerMm.every(Number.isFinite)))
      throw new RangeError("a mark needs a finite score and place");
  }
  for (const { diameterMm } of lesions) {
    if (diameterMm !== null && !(diameterMm > 0)) throw new RangeError(`a diameter must be positive or null, got ${diameterMm}`);
  }
  const counted = lesions.filter((lesion) => lesion.counts);
  const irrelevant = lesions.filter((lesion) => !lesion.counts);
  const offLesions = marks.filter((mark) => !counted.some((lesion) => hits(mark, lesion)));
  const onIrrelevant = (mark: Mark): boolean => irrelevant.some((lesion) => hits(mark, lesion));
  return {
    lesionScores: counted.map((lesion) => highest(marks.filter((mark) => hits(mark, lesion)))),
    falsePositives: offLesions.filter((mark) => !onIrrelevant(mark)).map((mark) => mark.score),
    ignored: offLesions.filter(onIrrelevant).map((mark) => mark.score),
  };
}

/** Whether a mark lies on a lesion: squared distance less than the squared radius. */
export function hits(mark: Pick<Mark, "centerMm">, lesion: Pick<ReferenceLesion, "centerMm" | "diameterMm">): boolean {
  const [x, y, z] = [0, 1, 2].map((axis) => mark.centerMm[axis]! - lesion.centerMm[axis]!) as [number, number, number];
  return x * x + y * y + z * z < ((lesion.diameterMm ?? UNKNOWN_DIAMETER_MM) / 2) ** 2;
}

const highest = (marks: readonly Mark[]): number | null =>
  marks.length === 0 ? null : marks.reduce((best, mark) => Math.max(best, mark.score), Number.NEGATIVE_INFINITY);
