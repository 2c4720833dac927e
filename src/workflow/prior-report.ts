import { derivedUid } from "../base/uid.ts";
import { LungRadsCategory } from "../findings/comparison.ts";
import type { Finding, Side } from "../findings/finding.ts";
import { largestMeanDiameterMm } from "../findings/measurement.ts";
import type { ReadResult } from "../findings/read-result.ts";
import type { ReportedCode, ReportedDocument, ReportedFinding } from "../findings/reported-finding.ts";
import { standingFindings } from "../findings/shown-findings.ts";

/** What the report of a prior examination says of one nodule. */
export interface PriorNodule {
  /** Derived where the report gives none. */
  readonly trackingUid: string;
  readonly centerMm: readonly [number, number, number] | null;
  readonly frameOfReferenceUid: string | null;
  readonly side: Side;
  readonly volumeMm3: number | null;
  readonly meanDiameterMm: number | null;
  /** The axial plane alone was measured, or a plane that is not named. */
  readonly axialOnly: boolean;
  /** Of no use as a mean: only for telling nodules apart. */
  readonly longAxisMm: number | null;
  readonly sliceSpacingMm: number | null;
  /** Measured by this program, as the nodules it is compared with are. */
  readonly ownMeasurement: boolean;
  readonly lungRads: LungRadsCategory | null;
}

/** What is written of a prior examination, by whomever. */
export interface PriorReport {
  readonly nodules: readonly PriorNodule[];
  /** A physician signed it and calls it complete: what it does not list was not there. */
  readonly complete: boolean;
}

/** A read that this program wrote down (findings.json); its objects, where they are at hand too, say how thick the slices were. */
export function reportOfResult({ analyses, assessments }: ReadResult, objects: PriorReport | null): PriorReport {
  const nodules = analyses.flatMap(standingFindings).map((finding): PriorNodule => {
    const { trackingUid, centerMm, frameOfReferenceUid, side, volumeMm3, measurements } = finding;
    const own = assessments.find((each) => each.guideline === "lung-rads-2022" && each.trackingUid === trackingUid);
    return {
      trackingUid,
      centerMm,
      frameOfReferenceUid,
      side,
      volumeMm3,
      meanDiameterMm: largestMeanDiameterMm(measurements),
      axialOnly: false,
      longAxisMm: null,
      sliceSpacingMm: objects?.nodules.find((nodule) => nodule.trackingUid === trackingUid)?.sliceSpacingMm ?? null,
      ownMeasurement: true,
      lungRads: onlyCategory(own?.outcomes.map(({ category }) => category) ?? []),
    };
  });
  return { nodules, complete: false };
}

/** Structured reports and segmentations of one examination: each nodule once, a segment together with the group that measures it. */
export function reportOfDocuments(documents: readonly ReportedDocument[]): PriorReport {
  const latestFirst = documents.toSorted((a, b) => (b.contentDate ?? "").localeCompare(a.contentDate ?? ""));
  const isReport = ({ kind }: ReportedDocument): boolean => kind === "structured-report";
  const ordered = [...latestFirst.filter(isReport), ...latestFirst.filter((document) => !isReport(document))];
  const segments = new Map(ordered.flatMap((document) => document.findings.map((finding) => [segmentKey(finding), finding])));
  const nodules: PriorNodule[] = [];
  const measuredSegments = new Set<string>();
  for (const document of ordered) {
    // One document tells a nodule once, however near two of them lie.
    const before = [...nodules];
    for (const [n, finding] of document.findings.entries()) {
      const key = segmentKey(finding);
      if (!inLung(finding) || (key !== null && measuredSegments.has(key))) continue;
      if (key !== null) measuredSegments.add(key);
      const nodule = noduleOf(finding, key === null ? undefined : segments.get(key), document, n);
      if (!before.some((other) => isSame(other, nodule))) nodules.push(nodule);
    }
  }
  const complete = documents.some(
    (document) => isReport(document) && document.verification === "VERIFIED" && document.completion === "COMPLETE",
  );
  return { nodules, complete };
}

/** What is written of a finding of the same examination. */
export function writtenOf(finding: Finding, { nodules }: PriorReport): PriorNodule | undefined {
  const read = { ...finding, meanDiameterMm: largestMeanDiameterMm(finding.measurements), longAxisMm: null };
  return nodules.find((nodule) => isSame(nodule, read));
}

const segmentKey = ({ segment }: ReportedFinding): string | null => segment && `${segment.sopInstanceUid} ${segment.number}`;

type Sizes = Pick<PriorNodule, "meanDiameterMm" | "longAxisMm" | "volumeMm3">;
type Placed = Sizes & Pick<PriorNodule, "trackingUid" | "centerMm" | "frameOfReferenceUid">;

/** One nodule told twice: by its tracking UID, or because each centre lies in the other. */
function isSame(a: Placed, b: Placed): boolean {
  if (a.trackingUid === b.trackingUid) return true;
  if (!a.centerMm || !b.centerMm || a.frameOfReferenceUid === null || a.frameOfReferenceUid !== b.frameOfReferenceUid) return false;
  const radiusMm = Math.min(...[a, b].map((of) => sizeMm(of) ?? 0)) / 2;
  return Math.hypot(...a.centerMm.map((mm, axis) => mm - (b.centerMm?.[axis] ?? 0))) < radiusMm;
}

/** Any one diameter, to tell nodules apart: mean, long, or that of the ball of its volume. */
export const sizeMm = ({ meanDiameterMm, longAxisMm, volumeMm3 }: Sizes): number | null =>
  meanDiameterMm ?? longAxisMm ?? (volumeMm3 === null ? null : Math.cbrt((6 * volumeMm3) / Math.PI));

function noduleOf(finding: ReportedFinding, segment: ReportedFinding | undefined, document: ReportedDocument, n: number): PriorNodule {
  const { trackingUid, regions, measurements, longAxisMm, shortAxisMm } = finding;
  const drawn = [...regions, ...measurements.flatMap((measurement) => measurement.regions)];
  const means = meansOf(finding);
  const axialMm = means.get("axial") ?? (longAxisMm !== null && shortAxisMm !== null ? (longAxisMm + shortAxisMm) / 2 : null);
  const allPlanes = means.has("axial") && means.size === 3;
  return {
    trackingUid: trackingUid ?? derivedUid("reported finding", document.sopInstanceUid, String(n)),
    centerMm: finding.centerMm ?? segment?.centerMm ?? null,
    frameOfReferenceUid: drawn.find(({ frameOfReferenceUid }) => frameOfReferenceUid)?.frameOfReferenceUid ?? document.frameOfReferenceUid,
    side: sideOf(finding),
    volumeMm3: finding.volumeMm3 ?? segment?.volumeMm3 ?? null,
    meanDiameterMm: allPlanes ? Math.max(...means.values()) : axialMm,
    axialOnly: !allPlanes,
    longAxisMm,
    sliceSpacingMm: document.sliceThicknessMm,
    ownMeasurement: document.manufacturer === "Overread",
    lungRads: lungRadsOf(finding),
  };
}

const planeNames: Readonly<Record<string, string>> = { "24422004": "axial", "81654009": "coronal", "30730003": "sagittal" };

/** Mean diameters in mm by plane, where the report derives and names them so ((81827009, SCT, Diameter), derivation mean). */
function meansOf({ measurements }: ReportedFinding): Map<string, number> {
  const means = new Map<string, number>();
  for (const { concept, value, unit, modifiers } of measurements) {
    const said = new Set(modifiers.map((modifier) => modifier.value.value));
    const plane = modifiers.flatMap((modifier) => planeNames[modifier.value.value] ?? [])[0];
    if (concept.value === "81827009" && unit.value === "mm" && said.has("373098007") && plane !== undefined && value > 0)
      means.set(plane, value);
  }
  return means;
}

/** Whole lung or unsaid; a lesion of the liver is nobody's prior nodule. SNOMED CT and SNOMED RT (T-28 … lung and its parts). */
const lungs: Readonly<Record<string, Side>> = { "39607008": "unknown", "3341006": "right", "44029006": "left" };
const sides: Readonly<Record<string, Side>> = { "7771000": "left", "24028007": "right", "G-A101": "left", "G-A100": "right" };
const inLung = ({ site }: ReportedFinding): boolean =>
  site === null || Object.hasOwn(lungs, site.value) || site.value.startsWith("T-28") || /\blung\b|肺/i.test(site.meaning);

function sideOf({ laterality, site }: ReportedFinding): Side {
  const said = (laterality && sides[laterality.value]) ?? (site && lungs[site.value]) ?? "unknown";
  if (said !== "unknown" || site === null) return said;
  const words = (["left", "right"] as const).filter((side) => new RegExp(`\\b${side}\\b`, "i").test(site.meaning));
  return words.length === 1 && words[0] !== undefined ? words[0] : "unknown";
}

const onlyCategory = (said: readonly (string | null)[]): LungRadsCategory | null => {
  const [first, ...others] = new Set(said);
  return others.length > 0 ? null : (LungRadsCategory.safeParse(first).data ?? null);
};

/**
 * The one Lung-RADS category that a report gives a nodule: by this program's code (LUNGRADS2022-4A), or as (111005, DCM, "Assessment Category") in a text
 * that holds nothing but its name and number ("Lung-RADS v2022 category 4A").
 */
function lungRadsOf({ evaluations }: ReportedFinding): LungRadsCategory | null {
  const categories = evaluations.flatMap(({ concept, value }) => {
    if (typeof value !== "string" && value.scheme === "99OVERREAD") return /^LUNGRADS2022-(\w+?)S?$/.exec(value.value)?.[1] ?? [];
    return isAssessment(concept) ? (lungRadsText.exec(typeof value === "string" ? value : value.meaning)?.[1]?.toUpperCase() ?? []) : [];
  });
  return onlyCategory(categories);
}

const isAssessment = ({ value, scheme }: ReportedCode): boolean => scheme === "DCM" && value === "111005";
const lungRadsText =
  /^\s*lung-?rads(?:[\s:]*(?:version|v)?\s*(?:1\.[01]|2014|2019|2022))?[\s:,]*(?:category)?[\s:]*(0|1|2|3|4[abx])\s*s?\s*$/i;
