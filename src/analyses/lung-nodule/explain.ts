import { type Reason, reason } from "../../base/reason.ts";
import type { NoduleMeasurement } from "./measure.ts";
import type { ScoredCandidate } from "./reject-false-positives.ts";

/** What lies nearer to bone may be the blur of it. */
const nearBoneMm = 10;

/** Why a candidate was marked, as coded facts a reader can check on the picture. */
export function explain({ features }: ScoredCandidate, measured: NoduleMeasurement | null): Reason[] {
  const because: Reason[] = [];
  if (measured !== null && measured.texture !== "unknown") because.push(reason(`lung-nodule.fact-${measured.texture}`));
  const axial = measured?.planes.find(({ plane }) => plane === "axial");
  if (axial !== undefined) because.push(reason("lung-nodule.fact-diameter", { diameterMm: axial.meanDiameterMm }));
  if (measured?.kind === "mass") because.push(reason("lung-nodule.fact-mass"));
  const fromPleuraMm = features.depthMm - features.radiusMm;
  if (features.outsideShare > 0.05 || fromPleuraMm < 1) because.push(reason("lung-nodule.fact-at-pleura"));
  else because.push(reason("lung-nodule.fact-from-pleura", { distanceMm: fromPleuraMm }));
  if (features.branches > 0) because.push(reason("lung-nodule.fact-vessels", { count: features.branches }));
  else because.push(reason("lung-nodule.fact-no-vessel"));
  if (features.reachRatio > 0.6) because.push(reason("lung-nodule.fact-round"));
  else if (features.reachRatio < 0.3) because.push(reason("lung-nodule.fact-elongated"));
  const fromBoneMm = features.boneMm - features.radiusMm;
  if (fromBoneMm < nearBoneMm) because.push(reason("lung-nodule.fact-near-bone", { distanceMm: Math.max(0, fromBoneMm) }));
  if (features.edgeHuPerMm > 0) because.push(reason("lung-nodule.fact-edge", { widthMm: features.contrastHu / features.edgeHuPerMm }));
  because.push(reason("lung-nodule.fact-contrast", { contrastHu: features.contrastHu }));
  return because;
}

/** What this analysis does not look at; the report lists it. */
export const notAssessed: readonly Reason[] = [
  "airways",
  "cysts",
  "parenchyma",
  "pleura",
  "mediastinum",
  "heart",
  "bones",
  "abdomen",
  "growth",
  "calcification",
].map((what) => reason(`lung-nodule.not-assessed-${what}`));
