import type { SeededRandom } from "../../src/base/seeded-random.ts";
import { type ChosenPlace, choosePlace, type Occupied } from "../../src/evaluation/choose-place.ts";
import { insertNodule } from "../../src/evaluation/insert-nodule.ts";
import { hits, matchMarks, type ReferenceLesion } from "../../src/evaluation/match.ts";
import type { NodulePatch } from "../../src/evaluation/nodule-patch.ts";
import { allocateInt16 } from "../../src/volume/allocate.ts";
import { patientPoint, type Vector3 } from "../../src/volume/space.ts";
import type { Mask, Volume } from "../../src/volume/volume.ts";
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
export const BETWEEN_INSERTIONS_MM = 15;
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

/** A nodule and the place chosen for it. */
export interface Planned {
  readonly row: NoduleRow;
  readonly patch: NodulePatch;
  readonly place: ChosenPlace;
}

/** A background's nodules and the files for which no place was found. */
interface Plan {
  readonly planned: readonly Planned[];
  readonly unplaced: readonly string[];
}

/** Chooses a place for each nodule of a hand, largest first; how it is then set in changes no place. */
export function planInsertions(
  background: LoadedBackground,
  labels: Mask,
  hand: ReadonlyArray<{ row: NoduleRow; patch: NodulePatch }>,
  random: SeededRandom,
): Plan {
  const planned: Planned[] = [];
  const unplaced: string[] = [];
  for (const { row, patch } of [...hand].sort((a, b) => b.row.diameterMm - a.row.diameterMm)) {
    const others = planned.map((one) => around(one.place.centerMm, (one.patch.diameterMm + patch.diameterMm) / 2 + BETWEEN_INSERTIONS_MM));
    const place = choosePlace(background.volume, labels, patch, random, {
      occupied: [...marksToAvoid(background, patch.diameterMm), ...others],
    });
    if (place) planned.push({ row, patch, place });
    else unplaced.push(row.file);
  }
  return { planned, unplaced };
}

/** Sets planned nodules into a copy of a scan; those that would leave it come back as unplaced. */
export function fill(scan: Volume, { planned, unplaced }: Plan, insert: typeof insertNodule): Plan & { readonly host: Volume } {
  const host = copyOf(scan);
  const set = planned.filter(({ patch, place }) => insert(host, patch, place) !== null);
  return { host, planned: set, unplaced: [...unplaced, ...planned.filter((one) => !set.includes(one)).map(({ row }) => row.file)] };
}

/** A copy that all threads share. */
export function copyOf({ grid, data }: Volume): Volume {
  const copy: Volume = { grid, data: allocateInt16(data.length) };
  copy.data.set(data);
  return copy;
}

/** Sets a hand of nodules into a copy of a background and looks for candidates in it as in any scan. */
export async function fillVolume(
  background: LoadedBackground,
  repeat: number,
  hand: ReadonlyArray<{ row: NoduleRow; patch: NodulePatch }>,
  random: SeededRandom,
  chain: Chain,
): Promise<FilledVolume> {
  const { labels } = await lungsOf(background.volume, chain.threads);
  return readFilled(background, repeat, fill(background.volume, planInsertions(background, labels, hand, random), insertNodule), chain);
}

/**
 * Reads a filled volume and scores what is found in it.
 * @param moved where a point of the background lies in the volume, when that was mirrored
 */
export async function readFilled(
  background: LoadedBackground,
  repeat: number,
  { host, planned, unplaced }: ReturnType<typeof fill>,
  chain: Chain,
  moved: (point: Vector3) => Vector3 = (point) => point,
): Promise<FilledVolume> {
  const started = performance.now();
  const read = await readScan(host, chain, false);
  const lesions = planned.map(
    ({ place, patch }): ReferenceLesion => ({ centerMm: moved(place.centerMm), diameterMm: patch.diameterMm, counts: true }),
  );
  const irrelevant = referenceOf(background).map((lesion) => ({ ...lesion, centerMm: moved(lesion.centerMm), counts: false }));
  const matched = matchMarks(read.findings, [...lesions, ...irrelevant]);
  return {
    id: `${background.id}#${repeat + 1}`,
    background: background.id,
    seriesInstanceUid: background.seriesInstanceUid,
    complete: background.complete,
    candidates: read.candidates.length,
    insertions: planned.map(({ row, patch, place: { centerMm, unlikenessHu } }, n) => {
      const rank = read.candidates.findIndex((mark) => hits(mark, lesions[n]!));
      const distances = read.candidates.map((mark) =>
        Math.hypot(...[0, 1, 2].map((axis) => mark.centerMm[axis]! - lesions[n]!.centerMm[axis]!)),
      );
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
    falsePositives: matched.falsePositives,
    ignored: matched.ignored,
    operatingScore: chain.finder.operatingPoints.screening.score,
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

export const around = (centerMm: Vector3, distanceMm: number): Occupied => ({ centerMm: patientPoint(...centerMm), distanceMm });

/** Readers' marks and zones of a background, as far away as something of a diameter must stay. */
export const marksToAvoid = ({ marks, zones }: LoadedBackground, ownDiameterMm: number): Occupied[] =>
  [...marks, ...zones].map(({ centerMm, diameterMm }) => around(centerMm, (diameterMm ?? 3) / 2 + ownDiameterMm / 2 + FROM_MARKS_MM));

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
