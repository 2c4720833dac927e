import { type Reason, reason } from "../../base/reason.ts";
import type { ReportedDocument, ReportedFinding } from "../../findings/reported-finding.ts";
import type { Attributes } from "../attributes.ts";
import { documentOf } from "../reported-document.ts";
import { type ContentItem, readContentTree } from "./read-content-tree.ts";
import { isFinding, readFinding, sliceThicknessMm } from "./read-finding.ts";
import type { FrameOf } from "./read-region.ts";

/** Basic Text, Enhanced, Comprehensive, Comprehensive 3D, Extensible and Chest CAD SR (PS3.6 annex A). */
export const structuredReportClassUids: ReadonlySet<string> = new Set([
  "1.2.840.10008.5.1.4.1.1.88.11",
  "1.2.840.10008.5.1.4.1.1.88.22",
  "1.2.840.10008.5.1.4.1.1.88.33",
  "1.2.840.10008.5.1.4.1.1.88.34",
  "1.2.840.10008.5.1.4.1.1.88.35",
  "1.2.840.10008.5.1.4.1.1.88.65",
]);

export type ReportReading =
  | { readonly kind: "document"; readonly document: ReportedDocument }
  | { readonly kind: "refused"; readonly because: Reason };

/**
 * The findings that a structured report of any maker codes: measurement groups (PS3.16 TID 1410, 1411, 1501) and the single image findings
 * of Chest CAD (TID 4104). What it only says in prose is not read.
 * @param frameOf where the images lie that it draws on; without them its 2-D drawings have no place in the patient
 */
export function readStructuredReport(attributes: Attributes, frameOf: FrameOf = () => null): ReportReading {
  const tree = readContentTree(attributes);
  if (!("root" in tree)) return { kind: "refused", because: tree };
  const groups = findingsBelow(tree.root).map((finding) => readFinding(finding, tree, frameOf));
  const findings = groups.filter(isOfOnePlace);
  const otherGroups = groups.filter((group) => !isOfOnePlace(group));
  const document = documentOf(attributes, {
    kind: "structured-report",
    title: tree.root.name,
    findings,
    otherGroups,
    sliceThicknessMm: sliceThicknessMm(tree.root),
  });
  return document ? { kind: "document", document } : { kind: "refused", because: reason("intake.no-uids") };
}

/** A group that names neither what nor where measures an organ or the study: taken for a finding, a lung's volume would be a nodule's. */
const isOfOnePlace = ({ kind, regions, measurements, images, segment }: ReportedFinding): boolean =>
  kind !== null ||
  segment !== null ||
  [regions, images, ...measurements.map((measurement) => measurement.regions)].some(({ length }) => length > 0);

const findingsBelow = (item: ContentItem): readonly ContentItem[] =>
  item.children.flatMap((child) => [...(isFinding(child) ? [child] : []), ...findingsBelow(child)]);
