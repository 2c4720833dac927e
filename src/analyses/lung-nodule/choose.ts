import { type Reason, reason } from "../../base/reason.ts";
import type { SeriesSummary, StudySummary } from "../../findings/study.ts";
import type { Choice, SeriesVerdict } from "../analysis.ts";
import { type KernelSharpness, kernelSharpness } from "./kernel.ts";

/** Slices this thick or thicker hide most nodules: declined. */
const declinedFromMm = 4.99;
/** Above this the examination lies outside screening protocols (ACR–STR: ≤2.5 mm; Lung-RADS 2022). */
const screeningUpToMm = 2.55;
/** Up to this volume and the solid part can be relied on (EUPS 2017, BTS 2015). */
const volumetryUpToMm = 1.55;
/** A stack of a chest that covers less than this cannot hold both lungs. */
const leastCoverageMm = 150;
/** A stack this much shorter than the longest one comes after it, whatever its slices. */
const fullCoverageShare = 0.8;

const ctClasses = new Set(["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"]);
const secondaryCapture = "1.2.840.10008.5.1.4.1.1.7";
const projections = new Set([
  "MIP",
  "MINIP",
  "MIN_IP",
  "MIN IP",
  "MAX_IP",
  "MAXIMUM",
  "MINIMUM",
  "PROJECTION IMAGE",
  "AVERAGE",
  "VOLREN",
  "VRT",
  "VR",
  "SSD",
]);
const reformats = new Set(["REFORMATTED", "MPR", "CPR", "RESAMPLED", "CSA RESAMPLED", "CSAPARALLEL", "CSAMPR", "CSA MPR"]);
const screens = new Set(["SCREEN SAVE", "SCREENSAVE", "DOSE", "DOSE_INFO", "DOSE INFO", "CSA REPORT", "PROT", "FLUORO"]);

/**
 * Which stack of the study is read for lung nodules, from headers alone, with a verdict and its reasons on every stack.
 *
 * Not read: other modalities, secondary captures, localizers, dose screens, projections (MIP …), reformats and other derived images,
 * planes other than axial, stacks whose headers forbid a volume, coverage under 150 mm, slices of 5 mm or thicker. DERIVED alone is forgiven
 * where lossy compression explains it (PS3.3 C.7.6.1.1.2 makes every lossy copy DERIVED). The body part in the headers never decides: it is
 * often wrong, and whether lungs are seen is decided on the pixels.
 *
 * Order among the rest: coverage of at least 80 % of the longest; thickness class (≤1.5, ≤2.5, thicker); kernel (soft and medium before
 * unknown before sharp: sharp ones find nodules as well but overshoot at edges, so sizes and HU are better read on soft ones);
 * thinner; no lossy compression; longer; stack id.
 */
export function choose(study: StudySummary): Choice {
  const judged = study.series.map((series) => ({ series, against: reasonsAgainst(series) }));
  const readable = judged.filter(({ against }) => against.length === 0).map(({ series }) => series);
  const best = ranked(readable)[0];
  if (best === undefined) return declined(judged);
  const series = judged.map(({ series: one, against }): SeriesVerdict => {
    if (one === best) return { stackId: one.stackId, role: "chest", because: reasonsFor(one) };
    const because = against.length > 0 ? against : [preference(best, one, longest(readable))];
    return { stackId: one.stackId, role: null, because };
  });
  return { kind: "chosen", roles: { chest: best.stackId }, series };
}

/**
 * Thickness that limits what is seen along the normal: the larger of slice thickness and slice spacing, mm; null when the headers give neither.
 */
function effectiveThicknessMm(series: SeriesSummary): number | null {
  const { sliceThicknessMm, sliceSpacingMm } = series;
  if (sliceThicknessMm === null || sliceSpacingMm === null) return sliceThicknessMm ?? sliceSpacingMm;
  return Math.max(sliceThicknessMm, sliceSpacingMm);
}

/** What limits the figures measured on such slices, for every finding of the stack. */
function thicknessFlags(series: SeriesSummary): Reason[] {
  const thicknessMm = effectiveThicknessMm(series);
  return thicknessMm !== null && thicknessMm > volumetryUpToMm ? [reason("lung-nodule.thick-for-volume", { thicknessMm })] : [];
}

function declined(judged: ReadonlyArray<{ readonly series: SeriesSummary; readonly against: readonly Reason[] }>): Choice {
  const said = new Set<string>();
  const distinct = judged
    .flatMap(({ against }) => against)
    .filter((one) => {
      const key = JSON.stringify(one);
      return said.has(key) ? false : said.add(key);
    });
  return {
    kind: "declined",
    because: [reason("lung-nodule.no-suitable-series", { count: judged.length }), ...distinct],
    series: judged.map(({ series, against }) => ({ stackId: series.stackId, role: null, because: against })),
  };
}

function reasonsAgainst(series: SeriesSummary): Reason[] {
  const kind = kindAgainst(series);
  if (kind !== null) return [kind];
  if (series.faults.length > 0) return series.faults.map(({ code, values }) => reason(code, values));
  if (series.plane === null) return [reason("lung-nodule.plane-unknown")];
  if (series.plane !== "axial") return [reason(`lung-nodule.plane-${series.plane}`)];
  if (series.pixelSpacingMm === null) return [reason("lung-nodule.no-pixel-spacing")];
  const against: Reason[] = [];
  const thicknessMm = effectiveThicknessMm(series);
  if (thicknessMm === null) against.push(reason("lung-nodule.thickness-unknown"));
  else if (thicknessMm >= declinedFromMm) against.push(reason("lung-nodule.too-thick", { thicknessMm, limitMm: 5 }));
  const { coverageMm } = series;
  if (coverageMm === null) against.push(reason("lung-nodule.coverage-unknown"));
  else if (coverageMm < leastCoverageMm) against.push(reason("lung-nodule.short-coverage", { coverageMm, limitMm: leastCoverageMm }));
  return against;
}

/** Why such images are none that nodules are looked for on, or null. */
function kindAgainst(series: SeriesSummary): Reason | null {
  const { modality, sopClassUid, lossyCompressed } = series;
  const imageType = series.imageType.map((value) => value.trim().toUpperCase());
  const description = series.seriesDescription ?? "";
  const has = (words: ReadonlySet<string>): boolean => imageType.some((value) => words.has(value));
  if (sopClassUid.startsWith(secondaryCapture) && modality === "CT") return reason("lung-nodule.secondary-capture");
  if (modality !== "CT") return reason("lung-nodule.not-ct", { modality: modality || "?" });
  if (!ctClasses.has(sopClassUid)) return reason("lung-nodule.not-ct-images");
  if (has(new Set(["LOCALIZER", "SCOUT", "TOPOGRAM"]))) return reason("lung-nodule.localizer");
  if (has(screens) || /dose (report|info|record)|screen ?save|patient protocol/i.test(description))
    return reason("lung-nodule.dose-screen");
  if (has(projections) || /\b(mip|minip|mip range|vrt)\b/i.test(description)) return reason("lung-nodule.projection");
  if (has(reformats)) return reason("lung-nodule.reformat");
  const lossyCopy = lossyCompressed && imageType[2] === "AXIAL";
  if (imageType[0] === "DERIVED" && !lossyCopy) return reason("lung-nodule.derived");
  return null;
}

function reasonsFor(series: SeriesSummary): Reason[] {
  const thicknessMm = effectiveThicknessMm(series);
  const because: Reason[] = [reason("lung-nodule.chosen", { slices: series.slices, thicknessMm: thicknessMm ?? "?" })];
  const { sliceThicknessMm, sliceSpacingMm, bodyPartExamined, kernel } = series;
  if (sliceThicknessMm === null) because.push(reason("lung-nodule.thickness-from-spacing"));
  if (sliceThicknessMm !== null && sliceSpacingMm !== null && sliceSpacingMm > 1.1 * sliceThicknessMm + 0.05)
    because.push(reason("lung-nodule.gaps", { spacingMm: sliceSpacingMm, thicknessMm: sliceThicknessMm }));
  if (thicknessMm !== null && thicknessMm > screeningUpToMm)
    because.push(reason("lung-nodule.outside-screening-protocol", { thicknessMm }));
  because.push(...thicknessFlags(series));
  if (kernelSharpness(kernel) === "sharp") because.push(reason("lung-nodule.sharp-kernel", { kernel: kernel ?? "?" }));
  if (kernelSharpness(kernel) === "unknown") because.push(reason("lung-nodule.kernel-unknown"));
  if (series.contrastAgent !== null && series.contrastAgent.trim() !== "") because.push(reason("lung-nodule.contrast"));
  if (series.lossyCompressed) because.push(reason("lung-nodule.lossy"));
  if (bodyPartExamined !== null && !/CHEST|THORAX|LUNG|HEART|BODY|TORSO/i.test(bodyPartExamined))
    because.push(reason("lung-nodule.other-body-part", { bodyPart: bodyPartExamined }));
  return because;
}

const longest = (readable: readonly SeriesSummary[]): number => Math.max(0, ...readable.map(({ coverageMm }) => coverageMm ?? 0));
const kernelRank: Readonly<Record<KernelSharpness, number>> = { soft: 0, medium: 0, unknown: 1, sharp: 2 };

const isShort = (series: SeriesSummary, longestMm: number): number => ((series.coverageMm ?? 0) < fullCoverageShare * longestMm ? 1 : 0);
function thicknessClass(series: SeriesSummary): number {
  const thicknessMm = effectiveThicknessMm(series) ?? Number.POSITIVE_INFINITY;
  return thicknessMm <= volumetryUpToMm ? 0 : thicknessMm <= screeningUpToMm ? 1 : 2;
}

/** The criteria in their order, each with the code that says why the other stack came second. Smaller is better. */
const criteria: ReadonlyArray<{ readonly code: string; readonly of: (series: SeriesSummary, longestMm: number) => number }> = [
  { code: "lung-nodule.other-covers-more", of: isShort },
  { code: "lung-nodule.other-thinner", of: thicknessClass },
  { code: "lung-nodule.other-softer-kernel", of: ({ kernel }) => kernelRank[kernelSharpness(kernel)] },
  { code: "lung-nodule.other-thinner", of: (series) => effectiveThicknessMm(series) ?? Number.POSITIVE_INFINITY },
  { code: "lung-nodule.other-lossless", of: ({ lossyCompressed }) => (lossyCompressed ? 1 : 0) },
  { code: "lung-nodule.other-covers-more", of: ({ coverageMm }) => -(coverageMm ?? 0) },
];

function ranked(readable: readonly SeriesSummary[]): SeriesSummary[] {
  const longestMm = longest(readable);
  return [...readable].sort((a, b) => {
    for (const { of } of criteria) {
      const difference = of(a, longestMm) - of(b, longestMm);
      if (difference !== 0) return difference;
    }
    return a.stackId < b.stackId ? -1 : 1;
  });
}

function preference(best: SeriesSummary, other: SeriesSummary, longestMm: number): Reason {
  const decisive = criteria.find(({ of }) => of(best, longestMm) !== of(other, longestMm));
  return reason(decisive?.code ?? "lung-nodule.other-equal");
}
