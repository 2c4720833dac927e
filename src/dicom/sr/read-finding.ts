import type { ReportedCode, ReportedFinding, ReportedMeasurement, ReportedRegion } from "../../findings/reported-finding.ts";
import { readCode } from "../read-code.ts";
import { eachOnce, unsaidFinding } from "../reported-document.ts";
import { segmentationClassUid } from "../seg/read-segmentation.ts";
import { tag } from "../tags.ts";
import type { ContentItem, ContentTree } from "./read-content-tree.ts";
import { centerOf, type FrameOf, readRegion, referenceIn } from "./read-region.ts";
import { toFraction, toMm, toMm3 } from "./read-units.ts";

/**
 * Concepts as `scheme value` (PS3.16 TID 1410, 1411, 1501, 4104, 4108, 4019). Spelled out here and not taken from what we write (codes.ts), so that reading
 * our own reports back proves them; SRT (SNOMED RT) codes are those that reports carried before 2018.
 */
const concept = {
  trackingId: ["DCM 112039"],
  trackingUid: ["DCM 112040"],
  finding: ["DCM 121071"],
  site: ["SCT 363698007", "SRT G-C0E3"],
  laterality: ["SCT 272741003", "SRT G-C171"],
  algorithmName: ["DCM 111001"],
  algorithmVersion: ["DCM 111003"],
  certainty: ["DCM 111012"],
  comment: ["DCM 121106"],
  segment: ["DCM 121191"],
  sourceSeries: ["DCM 121232"],
  longAxis: ["SCT 103339001", "SRT G-A185"],
  shortAxis: ["SCT 103340004", "SRT G-A186"],
  volume: ["SCT 118565006", "SRT G-D705"],
  sliceThickness: ["DCM 112225"],
  measurementGroup: ["DCM 125007"],
  singleImageFinding: ["DCM 111059"],
} as const;
const { trackingId, finding, site, laterality, algorithmName, algorithmVersion, comment } = concept;
const haveFields: readonly string[] = [trackingId, finding, site, laterality, algorithmName, algorithmVersion, comment].flat();
const axial = ["SCT 24422004", "SCT 62824007", "SRT G-A147", "SRT G-A117"];
const otherPlane = ["SCT 81654009", "SCT 30730003", "SRT G-A138", "SRT G-A145"];

/** "99SDM" and "SNM3" are older names of SRT (PS3.16 8.1). */
const keyOf = ({ scheme, value }: ReportedCode): string => `${scheme === "99SDM" || scheme === "SNM3" ? "SRT" : scheme} ${value}`;
const isOneOf = (code: ReportedCode | null, keys: readonly string[]): boolean => code !== null && keys.includes(keyOf(code));

/** Whether an item stands for one finding: a measurement group, or a single image finding of a CAD report. */
export function isFinding({ type, name }: ContentItem): boolean {
  return (
    (type === "CONTAINER" && isOneOf(name, concept.measurementGroup)) || (type === "CODE" && isOneOf(name, concept.singleImageFinding))
  );
}

/** What the items below a finding say of it. */
export function readFinding(finding: ContentItem, tree: ContentTree, frameOf: FrameOf): ReportedFinding {
  const items = within(finding, ({ type }) => type === "CONTAINER");
  const all = within(finding, () => true);
  const regionsOf = (among: readonly ContentItem[]): ReportedRegion[] =>
    among.flatMap((item) => (item.type.startsWith("SCOORD") ? (readRegion(item, tree, frameOf) ?? []) : []));
  const measurements = items.flatMap((item) => measurementIn(item, regionsOf(tree.childrenOf(item))) ?? []);
  const regions = regionsOf(items);
  const axes = measurements.flatMap((measurement) => measurement.regions);
  const center = centerOf(regions, axes);
  const needsImages = center === null && [...regions, ...axes].some(({ pixels, pointsMm }) => pixels !== null && pointsMm === null);
  const site = find(items, concept.site);
  const name = textIn(find(all, concept.algorithmName));
  const version = textIn(find(all, concept.algorithmVersion));
  const certainty = measurements.find((measurement) => isOneOf(measurement.concept, concept.certainty));
  return {
    ...unsaidFinding,
    trackingUid: find(items, concept.trackingUid)?.attributes.text(tag.uid) ?? null,
    trackingId: textIn(find(items, concept.trackingId)),
    kind: finding.type === "CODE" ? codeIn(finding) : codeIn(find(items, concept.finding)),
    site: codeIn(site),
    laterality: codeIn(find(site?.children ?? [], concept.laterality) ?? find(items, concept.laterality)),
    algorithm: name === null && version === null ? null : { name, version, type: null },
    certainty: certainty ? toFraction(certainty.value, certainty.unit) : null,
    measurements,
    evaluations: items.flatMap((item) => evaluationIn(item) ?? []),
    regions,
    ...center,
    volumeMm3: sizeOf(measurements, concept.volume, toMm3),
    longAxisMm: sizeOf(measurements, concept.longAxis, toMm),
    shortAxisMm: sizeOf(measurements, concept.shortAxis, toMm),
    ...referencesIn(all),
    sourceSeriesUid: find(items, concept.sourceSeries)?.attributes.text(tag.uid) ?? null,
    comments: items.flatMap((item) => (isOneOf(item.name, [...concept.comment, ...concept.finding]) ? (textIn(item) ?? []) : [])),
    flags: needsImages ? [{ code: "sr.images-needed", values: {} }] : [],
  };
}

/** The thickest slices that the image library names (PS3.16 TID 1604); null where it names none. */
export function sliceThicknessMm(root: ContentItem): number | null {
  const stated = within(root, () => true).filter(({ name }) => isOneOf(name, concept.sliceThickness));
  const lengths = stated.flatMap((item) => {
    const measured = measurementIn(item, []);
    const mm = measured && toMm(measured.value, measured.unit);
    return mm !== null && mm > 0 ? [mm] : [];
  });
  return lengths.length === 0 ? null : Math.max(...lengths);
}

const find = (among: readonly ContentItem[], keys: readonly string[]): ContentItem | undefined =>
  among.find(({ name }) => isOneOf(name, keys));
const textIn = (item: ContentItem | undefined): string | null => item?.attributes.prose(tag.textValue) ?? null;
const codeIn = (item: ContentItem | undefined): ReportedCode | null => (item ? readCode(item.attributes, tag.conceptCodeSequence) : null);

/** A NUM item, by its double where it has one beside the decimal string (PS3.3 C.18.1); null when it holds no number. */
function measurementIn(item: ContentItem, regions: ReportedRegion[]): ReportedMeasurement | null {
  const measured = item.type === "NUM" ? item.attributes.items(tag.measuredValueSequence)[0] : undefined;
  const value = measured?.double(tag.floatingPointValue) ?? measured?.decimal(tag.numericValue) ?? null;
  const unit = measured && readCode(measured, tag.measurementUnitsCodeSequence);
  if (item.name === null || value === null || !Number.isFinite(value) || !unit) return null;
  const modifiers = item.children.flatMap((child) => {
    const modifier = child.type === "CODE" ? codeIn(child) : null;
    return child.name && modifier ? [{ concept: child.name, value: modifier }] : [];
  });
  return { concept: item.name, value, unit, modifiers, regions };
}

/** A CODE or TEXT item that has no field of its own in a finding. */
function evaluationIn(item: ContentItem): ReportedFinding["evaluations"][number] | null {
  if (item.name === null || isOneOf(item.name, haveFields)) return null;
  const value = item.type === "CODE" ? codeIn(item) : item.type === "TEXT" ? textIn(item) : null;
  return value === null ? null : { concept: item.name, value };
}

/** The items below one, in the order of the document, entering those that `enter` allows; a finding inside the finding is its own. */
function within(item: ContentItem, enter: (child: ContentItem) => boolean): ContentItem[] {
  return item.children.flatMap((child) => (isFinding(child) ? [] : [child, ...(enter(child) ? within(child, enter) : [])]));
}

function referencesIn(items: readonly ContentItem[]): Pick<ReportedFinding, "images" | "segment"> {
  const references = items.flatMap((item) => {
    const image = item.type === "IMAGE" ? referenceIn(item) : null;
    const isSegment = isOneOf(item.name, concept.segment) || image?.sopClassUid === segmentationClassUid;
    return image ? [{ item, image, isSegment }] : [];
  });
  const segment = references.find(({ isSegment }) => isSegment);
  const number = segment?.item.attributes.items(tag.referencedSopSequence)[0]?.unsigned16(tag.referencedSegmentNumber) ?? null;
  return {
    images: eachOnce(references.flatMap(({ image, isSegment }) => (isSegment ? [] : [image]))),
    segment: segment ? { sopInstanceUid: segment.image.sopInstanceUid, number } : null,
  };
}

/**
 * The one size of a kind: of several that differ in their modifiers, the axial one, else the one without modifiers, else none. A size named
 * coronal or sagittal is never taken for another's.
 */
function sizeOf(
  measurements: readonly ReportedMeasurement[],
  keys: readonly string[],
  convert: (value: number, unit: ReportedCode) => number | null,
): number | null {
  const inPlane = (planes: readonly string[]) => (measurement: ReportedMeasurement) =>
    measurement.modifiers.some(({ value }) => isOneOf(value, planes));
  const of = measurements.filter((measurement) => isOneOf(measurement.concept, keys) && !inPlane(otherPlane)(measurement));
  const choices = [of, of.filter(inPlane(axial)), of.filter(({ modifiers }) => modifiers.length === 0)];
  const chosen = choices.find(({ length }) => length === 1)?.[0];
  const size = chosen ? convert(chosen.value, chosen.unit) : null;
  return size !== null && size > 0 ? size : null;
}
