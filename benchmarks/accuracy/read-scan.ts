import type { CandidateFinder } from "../../src/analyses/lung-nodule/candidate-finder.ts";
import { draftFindings } from "../../src/analyses/lung-nodule/draft-findings.ts";
import { lungBox } from "../../src/analyses/lung-nodule/lung-box.ts";
import { findLungs, type Lungs } from "../../src/anatomy/lungs.ts";
import { hits, type Mark, sortMarks } from "../../src/evaluation/match.ts";
import type { Models } from "../../src/models/session.ts";
import type { Threads } from "../../src/volume/threads.ts";
import type { Volume } from "../../src/volume/volume.ts";
import { type LoadedBackground, referenceOf } from "./backgrounds.ts";

/** A finding as the report would list it. */
export interface FoundMark extends Mark {
  /** Mean diameter on axial slices; null when not measured. */
  readonly diameterMm: number | null;
}

/** What reads the scans. */
export interface Chain {
  readonly finder: CandidateFinder;
  readonly models: Models;
  readonly threads: Threads;
}

/** What the chain says about one scan. */
export interface ScanRead {
  /** Best first, as many as reach the second stage (at most 150). */
  readonly candidates: readonly Mark[];
  /** Findings without doubles, best first; the candidates themselves when nothing was outlined. */
  readonly findings: readonly FoundMark[];
}

const signal = new AbortController().signal;
const progress = (): void => {};

/** @throws Error when no lungs are found: every scan here is a chest */
export async function lungsOf(volume: Volume, threads: Threads): Promise<Lungs> {
  const lungs = await findLungs(volume, { threads, signal, progress });
  if (lungs.kind === "no-lungs") throw new Error(`no lungs: ${lungs.because.map(({ code }) => code).join(", ")}`);
  return lungs;
}

/**
 * Runs the stages of the lung-nodule analysis on a volume: lungs, candidates, second look and, when asked, outlines, which join candidates
 * that lie on one thing. Without them a double counts as a false positive of its own.
 */
export async function readScan(ct: Volume, { finder, models, threads }: Chain, outlines: boolean): Promise<ScanRead> {
  const lungs = await lungsOf(ct, threads);
  const box = await lungBox(ct, lungs, threads);
  const scored = await finder.find(box, { models, threads, signal, progress });
  const candidates = scored.map(({ candidate, score }) => ({ centerMm: candidate.centerMm, score }));
  if (!outlines) return { candidates, findings: candidates.map((mark) => ({ ...mark, diameterMm: null })) };
  const drafts = {
    stackId: "benchmark",
    ct,
    labels: lungs.labels,
    scored,
    shownFrom: finder.operatingPoints.screening.score,
    threads,
    signal,
    progress,
  };
  const findings = await draftFindings(drafts);
  return {
    candidates,
    findings: findings.map(({ centerMm, score, measurements }) => ({
      centerMm,
      score,
      diameterMm: measurements.find(({ plane }) => plane === "axial")?.meanDiameterMm ?? null,
    })),
  };
}

/** What the chain shows of a real scan, against its readers' marks. */
export interface RealScanRead {
  readonly id: string;
  readonly seriesInstanceUid: string;
  /** Whether false positives can be counted. */
  readonly complete: boolean;
  readonly candidates: number;
  /** Findings at or above the operating point. */
  readonly shown: number;
  /** Shown findings on no nodule of three readers or more, those on ignored marks included. */
  readonly strict: number;
  /** Of these, those measured at 6 mm or more. */
  readonly strictFrom6Mm: number;
  /** Shown findings on nothing at all, by LUNA16's rules. */
  readonly falsePositives: number;
  /** Strict marks down to the lowest operating point; false as in strictMarks. */
  readonly strictMarks: ReadonlyArray<{ readonly score: number; readonly false: boolean }>;
  /** Every reader-marked lesion of ≥3 mm and every zone: what, its score and its rank among all findings, null when not among them. */
  readonly lesions: ReadonlyArray<{ what: string; diameterMm: number | null; score: number | null; rank: number | null; shown: boolean }>;
}

/** Shown findings on no nodule of three readers or more; false are those of them that lie on no mark at all. */
export function strictMarks(scan: LoadedBackground, read: ScanRead, operatingScore: number): { mark: FoundMark; false: boolean }[] {
  const { falsePositives, ignored } = sortMarks(
    read.findings.filter(({ score }) => score >= operatingScore),
    referenceOf(scan),
  );
  return [...falsePositives.map((mark) => ({ mark, false: true })), ...ignored.map((mark) => ({ mark, false: false }))];
}

export function scoreRealScan(
  scan: LoadedBackground,
  read: ScanRead,
  { screening, sensitive }: CandidateFinder["operatingPoints"],
): RealScanRead {
  const operatingScore = screening.score;
  const strict = strictMarks(scan, read, operatingScore);
  const lesions = [
    ...scan.marks
      .filter(({ kind }) => kind === "nodule>=3mm")
      .map((mark) => ({ ...mark, what: mark.readers === null ? "index tumour" : `nodule, ${mark.readers}/4 readers` })),
    ...scan.zones,
  ];
  return {
    id: scan.id,
    seriesInstanceUid: scan.seriesInstanceUid,
    complete: scan.complete,
    candidates: read.candidates.length,
    shown: read.findings.filter(({ score }) => score >= operatingScore).length,
    strict: strict.length,
    strictFrom6Mm: strict.filter(({ mark: { diameterMm } }) => diameterMm !== null && diameterMm >= 6).length,
    falsePositives: strict.filter((one) => one.false).length,
    strictMarks: strictMarks(scan, read, sensitive.score).map(({ mark, false: isFalse }) => ({ score: mark.score, false: isFalse })),
    lesions: lesions.map((lesion) => {
      const at = read.findings.findIndex((mark) => hits(mark, lesion));
      const score = read.findings[at]?.score ?? null;
      const { what, diameterMm } = lesion;
      return { what, diameterMm, score, rank: at < 0 ? null : at + 1, shown: score !== null && score >= operatingScore };
    }),
  };
}
