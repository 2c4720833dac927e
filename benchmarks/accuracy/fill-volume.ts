import type { SeededRandom } from "../../src/base/seeded-random.ts";
import { choosePlace, type Occupied } from "../../src/evaluation/choose-place.ts";
import { insertNodule } from "../../src/evaluation/insert-nodule.ts";
import { hits, matchMarks, type ReferenceLesion } from "../../src/evaluation/match.ts";
import type { NodulePatch } from "../../src/evaluation/nodule-patch.ts";
import { allocateInt16 } from "../../src/volume/allocate.ts";
import { patientPoint, type Vector3 } from "../../src/volume/space.ts";
import type { Volume } from "../../src/volume/volume.ts";
import { type LoadedBackground, referenceOf } from "./backgrounds.ts";
import type { NoduleRow } from "./lidc-nodules.ts";
import { type Chain, lungsOf, readScan } from "./read-scan.ts";

/** A nodule set into a scan, and what the chain made of it. */
export interface Inserted {
  readonly file: string;
  readonly patientId: string;
  readonly diameterMm: number;
  readonly texture: number;
  readonly readers: number;
  /** Whether its patch ends at the outline (faded over one slice). */
  readonly cut: boolean;
  readonly centerMm: Vector3;
  readonly unlikenessHu: number;
  /** 1-based rank of the best candidate on it; null when none is. */
  readonly rank: number | null;
  /** Distance of the nearest candidate's centre. */
  readonly nearestMm: number;
  /** Highest score of a candidate on it. */
  readonly score: number | null;
}

/** One background with nodules set in, read. */
export interface FilledVolume {
  readonly id: string;
  readonly background: string;
  readonly seriesInstanceUid: string;
  /** Whether false positives can be counted on this background. */
  readonly complete: boolean;
  readonly candidates: number;
  readonly insertions: readonly Inserted[];
  /** Files for which no place was found. */
  readonly unplaced: readonly string[];
  /** Scores of candidates on nothing, by LUNA16's rules. */
  readonly falsePositives: readonly number[];
  /** Scores of candidates on readers' irrelevant marks. */
  readonly ignored: readonly number[];
  readonly operatingScore: number;
  readonly seconds: number;
}

/** Centres of two insertions lie at least this far apart, plus both radii. */
const BETWEEN_INSERTIONS_MM = 15;
/** Least distance of an insertion's edge from a reader's mark. */
const FROM_MARKS_MM = 12;

/** Shuffles the nodules and deals them out evenly. */
export function dealNodules(rows: readonly NoduleRow[], hands: number, random: SeededRandom): NoduleRow[][] {
  const shuffled = [...rows];
  for (let n = shuffled.length - 1; n > 0; n--) {
    const other = random.integer(n + 1);
    [shuffled[n], shuffled[other]] = [shuffled[other]!, shuffled[n]!];
  }
  return Array.from({ length: hands }, (_, hand) => shuffled.filter((_, n) => n % hands === hand));
}

/** Sets a hand of nodules into a copy of a background, largest first, and looks for candidates in it as in any scan. */
export async function fillVolume(
  background: LoadedBackground,
  repeat: number,
  hand: ReadonlyArray<{ row: NoduleRow; patch: NodulePatch }>,
  random: SeededRandom,
  chain: Chain,
): Promise<FilledVolume> {
  const started = performance.now();
  const host: Volume = { grid: background.volume.grid, data: allocateInt16(background.volume.data.length) };
  host.data.set(background.volume.data);
  const { labels } = await lungsOf(host, chain.threads);
  const set: { row: NoduleRow; patch: NodulePatch; centerMm: Vector3; unlikenessHu: number }[] = [];
  const unplaced: string[] = [];
  for (const { row, patch } of [...hand].sort((a, b) => b.row.diameterMm - a.row.diameterMm)) {
    const others = set.map((one) => around(one.centerMm, (one.patch.diameterMm + patch.diameterMm) / 2 + BETWEEN_INSERTIONS_MM));
    const place = choosePlace(host, labels, patch, random, { occupied: [...marksToAvoid(background, patch), ...others] });
    const insertion = place && insertNodule(host, patch, place);
    if (insertion) set.push({ row, patch, centerMm: insertion.centerMm, unlikenessHu: place.unlikenessHu });
    else unplaced.push(row.file);
  }
  const read = await readScan(host, chain, false);
  const lesions = set.map(({ centerMm, patch }): ReferenceLesion => ({ centerMm, diameterMm: patch.diameterMm, counts: true }));
  const irrelevant = referenceOf(background).map((lesion) => ({ ...lesion, counts: false }));
  const matched = matchMarks(read.findings, [...lesions, ...irrelevant]);
  return {
    id: `${background.id}#${repeat + 1}`,
    background: background.id,
    seriesInstanceUid: background.seriesInstanceUid,
    complete: background.complete,
    candidates: read.candidates.length,
    insertions: set.map(({ row, patch, centerMm, unlikenessHu }, n) => {
      const rank = read.candidates.findIndex((mark) => hits(mark, lesions[n]!));
      const distances = read.candidates.map((mark) => Math.hypot(...[0, 1, 2].map((axis) => mark.centerMm[axis]! - centerMm[axis]!)));
      return {
        file: row.file,
        patientId: row.patientId,
        diameterMm: round(patch.diameterMm, 2),
        texture: row.texture,
        readers: row.readers,
        cut: patch.cut.below || patch.cut.above,
        centerMm: centerMm.map((mm) => round(mm, 1)) as unknown as Vector3,
        unlikenessHu: Math.round(unlikenessHu),
        rank: rank < 0 ? null : rank + 1,
        nearestMm: round(Math.min(...distances), 1),
        score: matched.lesionScores[n]!,
      };
    }),
    unplaced,
    falsePositives: matched.falsePositives.map((score) => round(score, 4)),
    ignored: matched.ignored.map((score) => round(score, 4)),
    operatingScore: chain.finder.operatingPoint.score,
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

const around = (centerMm: Vector3, distanceMm: number): Occupied => ({ centerMm: patientPoint(...centerMm), distanceMm });

const marksToAvoid = (background: LoadedBackground, patch: NodulePatch): Occupied[] =>
  [...background.marks, ...background.zones].map(({ centerMm, diameterMm }) =>
    around(centerMm, (diameterMm ?? 3) / 2 + patch.diameterMm / 2 + FROM_MARKS_MM),
  );

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
