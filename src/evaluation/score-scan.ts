import { type DatasetManifest, type DatasetScan, mustBeFound, type ReferenceNodule } from "./manifest.ts";
import type { SizedMark } from "./marks-csv.ts";
import { hits, mostSuspicious, sortMarks } from "./match.ts";

/** A scan with what became of its marks, all of them, whatever their score. */
export interface ScoredScan {
  readonly scan: DatasetScan;
  readonly marks: readonly SizedMark[];
  /** Nodules that must be found, and the best mark on each. */
  readonly nodules: readonly ScoredNodule[];
  /** Nodules that fewer readers marked than the set asks for. */
  readonly otherNodules: readonly ScoredNodule[];
  /** Marks on nothing. */
  readonly falsePositives: readonly SizedMark[];
  /** Marks on irrelevant findings only: no false positives by LUNA16's rules, but marks that a reader looks at in vain. */
  readonly ignored: readonly SizedMark[];
  /** The best mark on each sham. */
  readonly shams: ReadonlyArray<SizedMark | null>;
}

export interface ScoredNodule {
  readonly nodule: ReferenceNodule;
  readonly best: SizedMark | null;
}

/** Compares the marks of a scan with its reference (see sortMarks); of more than 100 marks the most suspicious, as LUNA16's script does. */
export function scoreScan(scan: DatasetScan, given: readonly SizedMark[], set: Pick<DatasetManifest, "readersNeeded">): ScoredScan {
  const { nodules, irrelevant, shams } = scan.reference;
  const lesions = [
    ...nodules.map((nodule) => ({ ...nodule, counts: mustBeFound(nodule, set) })),
    ...irrelevant.map((place) => ({ ...place, counts: false })),
  ];
  const marks = mostSuspicious(given);
  const { best, falsePositives, ignored } = sortMarks(marks, lesions);
  const scored = nodules.map((nodule, n) => ({ nodule, best: best[n] ?? null }));
  return {
    scan,
    marks,
    nodules: scored.filter(({ nodule }) => mustBeFound(nodule, set)),
    otherNodules: scored.filter(({ nodule }) => !mustBeFound(nodule, set)),
    falsePositives,
    ignored,
    shams: shams.map(
      (sham) =>
        sortMarks(
          falsePositives.filter((mark) => hits(mark, sham)),
          [{ ...sham, counts: true }],
        ).best[0] ?? null,
    ),
  };
}
