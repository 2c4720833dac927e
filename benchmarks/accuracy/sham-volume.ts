import type { SeededRandom } from "../../src/base/seeded-random.ts";
import { choosePlace } from "../../src/evaluation/choose-place.ts";
import { insertNodule } from "../../src/evaluation/insert-nodule.ts";
import type { NodulePatch } from "../../src/evaluation/nodule-patch.ts";
import { emptied, pieceFrom, pieceOf } from "../../src/evaluation/sham.ts";
import { distanceBetween, type PatientPoint, patientPoint } from "../../src/volume/space.ts";
import type { Mask, Volume } from "../../src/volume/volume.ts";
import type { LoadedBackground } from "./backgrounds.ts";
import { around, BETWEEN_INSERTIONS_MM, copyOf, marksToAvoid } from "./fill-volume.ts";
import type { NoduleRow } from "./lidc-nodules.ts";
import type { ScanRead } from "./read-scan.ts";

export const shamKinds = ["lung", "vessel", "emptied"] as const;

/** Something that is no nodule, set in as nodules are, and a place like it that nobody touched. */
export interface SetSham {
  readonly kind: (typeof shamKinds)[number];
  /** Whose outline it has. */
  readonly file: string;
  readonly background: string;
  readonly diameterMm: number;
  readonly centerMm: PatientPoint;
  readonly untouchedMm: PatientPoint;
}

export interface Sham extends SetSham {
  /** Highest score of a candidate on it; null when there is none. */
  readonly score: number | null;
  readonly untouchedScore: number | null;
}

/** A vessel is cut out this much larger than the nodule, so that a branch is seen, not a blob; but no larger than this. */
const VESSEL = { scale: 2, mostMm: 20 };
/** A mark belongs to a place up to here from its outline: the reach of the blend. */
const REACH_MM = 3;

/** Sets shams into a copy of a background, the kinds in turn. Nodules without a place leave no row. */
export function setShams(
  background: LoadedBackground,
  labels: Mask,
  hand: ReadonlyArray<{ row: NoduleRow; patch: NodulePatch }>,
  random: SeededRandom,
): { readonly host: Volume; readonly shams: SetSham[] } {
  const host = copyOf(background.volume);
  const taken: { at: PatientPoint; diameterMm: number }[] = [];
  const shams: SetSham[] = [];
  for (const [n, { row, patch }] of hand.entries()) {
    const kind = shamKinds[n % shamKinds.length]!;
    const occupied = (diameterMm: number) => [
      ...marksToAvoid(background, diameterMm),
      ...taken.map((one) => around(one.at, (one.diameterMm + diameterMm) / 2 + BETWEEN_INSERTIONS_MM)),
    ];
    const cut = shamPiece(background, labels, patch, kind, random, occupied);
    if (cut === null) continue;
    const { piece, from } = cut;
    const own = occupied(piece.diameterMm);
    const beside = (at: PatientPoint) => [...own, around(at, piece.diameterMm + BETWEEN_INSERTIONS_MM)];
    const place = choosePlace(background.volume, labels, piece, random, { occupied: kind === "vessel" ? beside(from!) : own });
    if (place === null) continue;
    const untouched =
      kind === "vessel" ? from : choosePlace(background.volume, labels, piece, random, { occupied: beside(place.centerMm) })?.centerMm;
    if (!untouched || insertNodule(host, piece, place) === null) continue;
    taken.push(...[place.centerMm, untouched].map((at) => ({ at, diameterMm: piece.diameterMm })));
    const { diameterMm } = piece;
    shams.push({ kind, file: row.file, background: background.id, diameterMm, centerMm: place.centerMm, untouchedMm: untouched });
  }
  return { host, shams };
}

/** What a read of their volume made of shams and of the places beside them. */
export const scoredShams = (shams: readonly SetSham[], candidates: ScanRead["candidates"]): Sham[] =>
  shams.map((one) => ({
    ...one,
    score: scoreOn(candidates, one.centerMm, one.diameterMm),
    untouchedScore: scoreOn(candidates, one.untouchedMm, one.diameterMm),
  }));

function shamPiece(
  { volume }: LoadedBackground,
  labels: Mask,
  patch: NodulePatch,
  kind: Sham["kind"],
  random: SeededRandom,
  occupied: (diameterMm: number) => ReturnType<typeof marksToAvoid>,
): { piece: NodulePatch; from: PatientPoint | null } | null {
  if (kind === "emptied") return { piece: emptied(patch, random), from: null };
  const scale = kind === "vessel" ? Math.max(1, Math.min(VESSEL.scale, VESSEL.mostMm / patch.diameterMm)) : 1;
  const from = pieceFrom(volume, labels, patch, kind, random, occupied(scale * patch.diameterMm), scale);
  const piece = from && pieceOf(volume, patch, from, scale);
  return piece && { piece, from };
}

function scoreOn(candidates: ScanRead["candidates"], at: PatientPoint, diameterMm: number): number | null {
  const on = candidates.filter(({ centerMm }) => distanceBetween(patientPoint(...centerMm), at) < diameterMm / 2 + REACH_MM);
  return on.length === 0 ? null : Math.max(...on.map(({ score }) => score));
}
