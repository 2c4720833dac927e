import { type Reason, reason } from "../base/reason.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import { leftLung, rightLung } from "./left-right.ts";
import { unseenHu } from "./reduce.ts";

/** How much of the lungs a scan shows. */
export interface LungCoverage {
  readonly volumesMl: { readonly right: number; readonly left: number };
  /** Lung cross-section on the first and last slices in cm²; near 0 when the scan begins below and ends above the lungs. */
  readonly firstSliceCm2: number;
  readonly lastSliceCm2: number;
  readonly largestSliceCm2: number;
  /** From the lowest to the highest slice with lung. */
  readonly heightMm: number;
  /** Volume of the smaller lung over that of the larger; 0 when one is missing. */
  readonly smallerToLarger: number;
  /** Lung surface that lies at the edge of the field of view. */
  readonly edgeContactCm2: number;
}

/** A lung section this large on the outermost slice means that lung lies beyond it; the last centimetre of a tip is smaller. */
const cutSectionCm2 = 10;
/** The left lung has .75–1 of the right one's volume in health; half-filled or collapsed lungs come below this. */
const leastSmallerToLarger = 0.4;
const cutSurfaceCm2 = 10;
/** Lungs of a newborn hold some 80 mL; what is smaller is not read as lungs. */
const leastLungsMl = 120;

/** Measures coverage on label maps of the lungs: 1 right, 2 left, k from feet to head. */
export function lungCoverage(labels: Mask, hu: Volume): LungCoverage {
  const [ni, nj, nk] = labels.grid.size;
  const [si, sj, sk] = labels.grid.spacingMm;
  const counts = [0, 0, 0];
  const sections = new Float64Array(nk);
  let edgeMm2 = 0;
  const lost = (at: number): boolean => hu.data[at] === unseenHu;
  for (let k = 0, at = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, at++) {
        const label = labels.data[at]!;
        if (label === 0) continue;
        counts[label]! += 1;
        sections[k]! += 1;
        if (i === 0 || i === ni - 1 || lost(at - 1) || lost(at + 1)) edgeMm2 += sj * sk;
        else if (j === 0 || j === nj - 1 || lost(at - ni) || lost(at + ni)) edgeMm2 += si * sk;
      }
    }
  }
  const ml = (si * sj * sk) / 1000;
  const cm2 = (si * sj) / 100;
  const right = counts[rightLung]! * ml;
  const left = counts[leftLung]! * ml;
  return {
    volumesMl: { right, left },
    firstSliceCm2: sections[0]! * cm2,
    lastSliceCm2: sections[nk - 1]! * cm2,
    largestSliceCm2: sections.reduce((a, b) => Math.max(a, b), 0) * cm2,
    heightMm: sections.reduce((count, section) => count + (section > 0 ? 1 : 0), 0) * sk,
    smallerToLarger: right + left > 0 ? Math.min(right, left) / Math.max(right, left) : 0,
    edgeContactCm2: edgeMm2 / 100,
  };
}

/**
 * Why this cannot be read as a chest, or null. Bases alone (an abdominal scan) are cut near their largest section at the top and show no
 * trachea; apices alone (a neck scan) are cut likewise at the bottom and are short.
 */
export function notAChest(coverage: LungCoverage, tracheaFound: boolean): Reason | null {
  const { volumesMl, firstSliceCm2, lastSliceCm2, largestSliceCm2, heightMm } = coverage;
  const total = volumesMl.right + volumesMl.left;
  if (total < leastLungsMl) return reason("anatomy.lungs-too-small", { volumeMl: Math.round(total) });
  const cutTop = lastSliceCm2 > cutSectionCm2 && lastSliceCm2 > 0.4 * largestSliceCm2;
  const cutBottom = firstSliceCm2 > cutSectionCm2 && firstSliceCm2 > 0.6 * largestSliceCm2;
  if (cutTop && !tracheaFound) return reason("anatomy.only-lung-bases", { heightMm: Math.round(heightMm) });
  if (cutBottom && heightMm < 110) return reason("anatomy.only-lung-apices", { heightMm: Math.round(heightMm) });
  return null;
}

/** What keeps these lungs from being complete; empty when they are. */
export function incompleteBecause(coverage: LungCoverage): Reason[] {
  const { volumesMl, firstSliceCm2, lastSliceCm2, smallerToLarger, edgeContactCm2 } = coverage;
  const because: Reason[] = [];
  const smaller = volumesMl.right < volumesMl.left ? "right" : "left";
  if (lastSliceCm2 > cutSectionCm2) because.push(reason("anatomy.apex-cut-off", { sectionCm2: Math.round(lastSliceCm2) }));
  if (firstSliceCm2 > cutSectionCm2) because.push(reason("anatomy.base-cut-off", { sectionCm2: Math.round(firstSliceCm2) }));
  if (smallerToLarger < 0.02) because.push(reason(`anatomy.${smaller}-lung-missing`));
  else if (smallerToLarger < leastSmallerToLarger) {
    because.push(reason(`anatomy.${smaller}-lung-small`, { percent: Math.round(100 * smallerToLarger) }));
  }
  if (edgeContactCm2 > cutSurfaceCm2) because.push(reason("anatomy.lung-cut-by-field-of-view", { surfaceCm2: Math.round(edgeContactCm2) }));
  return because;
}
