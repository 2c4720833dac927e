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

/** What became of the marks of one scan, the marks themselves. */
export interface Sorted<M extends Mark> {
  /** For each lesion, counting or not, in the order given: its highest-scoring mark, or null when missed. */
  readonly best: ReadonlyArray<M | null>;
  readonly falsePositives: readonly M[];
  readonly ignored: readonly M[];
}

/**
 * Compares the marks of one scan with its reference by LUNA16's rules: a mark hits a lesion when the squared distance of their centres is less
 * than (diameter/2)²; the highest score counts for the lesion and further marks on it count for nothing; marks that hit only irrelevant findings
 * are taken out. A mark in two overlapping lesions hits both.
 * Setio et al., Med Image Anal 2017;42:1–13, and the challenge's evaluation script.
 * @throws RangeError when a score is not finite, a coordinate is not finite or a diameter is not positive
 */
export function sortMarks<M extends Mark>(marks: readonly M[], lesions: readonly ReferenceLesion[]): Sorted<M> {
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
  const onIrrelevant = (mark: M): boolean => irrelevant.some((lesion) => hits(mark, lesion));
  return {
    best: lesions.map((lesion) => highest(marks.filter((mark) => hits(mark, lesion)))),
    falsePositives: offLesions.filter((mark) => !onIrrelevant(mark)),
    ignored: offLesions.filter(onIrrelevant),
  };
}

/** The scores that `sortMarks` leaves, for a FROC curve. @throws RangeError as sortMarks */
export function matchMarks(marks: readonly Mark[], lesions: readonly ReferenceLesion[]): Matched {
  const { best, falsePositives, ignored } = sortMarks(marks, lesions);
  const scores = (of: readonly Mark[]): number[] => of.map(({ score }) => score);
  return {
    lesionScores: best.filter((_, n) => lesions[n]?.counts).map((mark) => mark?.score ?? null),
    falsePositives: scores(falsePositives),
    ignored: scores(ignored),
  };
}

/** Whether a mark lies on a lesion: squared distance less than the squared radius. */
export function hits(mark: Pick<Mark, "centerMm">, lesion: Pick<ReferenceLesion, "centerMm" | "diameterMm">): boolean {
  const [x, y, z] = [0, 1, 2].map((axis) => mark.centerMm[axis]! - lesion.centerMm[axis]!) as [number, number, number];
  return x * x + y * y + z * z < ((lesion.diameterMm ?? UNKNOWN_DIAMETER_MM) / 2) ** 2;
}

const highest = <M extends Mark>(marks: readonly M[]): M | null =>
  marks.reduce<M | null>((best, mark) => (best === null || mark.score > best.score ? mark : best), null);

/** Marks a scan that LUNA16's script looks at. */
const MOST_MARKS = 100;

/**
 * The marks that LUNA16's script takes of one scan: all up to 100 of them; of more, those that score above the 101st.
 * @returns in the order given
 */
export function mostSuspicious<M extends Mark>(marks: readonly M[]): readonly M[] {
  if (marks.length <= MOST_MARKS) return marks;
  const threshold = marks.map(({ score }) => score).sort((a, b) => b - a)[MOST_MARKS]!;
  return marks.filter(({ score }) => score > threshold);
}
