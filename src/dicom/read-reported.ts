import { Fault } from "../base/fault.ts";
import { type Reason, reason } from "../base/reason.ts";
import type { ReportedDocument } from "../findings/reported-finding.ts";
import { type ByteOrigin, openOrigin } from "./byte-source.ts";
import { findFiles } from "./find-files.ts";
import type { Frame } from "./image-file.ts";
import { readFile } from "./read-file.ts";
import { readHeader } from "./read-header.ts";
import { labelMapClassUid, readSegmentation, segmentationClassUid } from "./seg/read-segmentation.ts";
import type { FrameOf } from "./sr/read-region.ts";
import { readStructuredReport, structuredReportClassUids } from "./sr/read-structured-report.ts";
import { tag } from "./tags.ts";

export type ReportedReading =
  | { readonly kind: "document"; readonly document: ReportedDocument }
  | { readonly kind: "refused"; readonly because: Reason }
  /** Neither a structured report nor a segmentation. */
  | { readonly kind: "other" };

/** Whether objects of a SOP class may report findings. */
const mayReport = (sopClassUid: string): boolean =>
  sopClassUid === segmentationClassUid || sopClassUid === labelMapClassUid || structuredReportClassUids.has(sopClassUid);

/** What a structured report or segmentation of any maker says. @param frameOf where the images lie that a report draws on */
export async function readReported(origin: ByteOrigin, frameOf?: FrameOf): Promise<ReportedReading> {
  try {
    const source = await openOrigin(origin);
    try {
      const reading = await readHeader(source);
      if (reading.kind === "not-dicom") return { kind: "other" };
      if (reading.kind === "broken") return { kind: "refused", because: reading.because };
      const { attributes } = reading.header;
      const sopClassUid = attributes.text(tag.sopClassUid) ?? "";
      if (!mayReport(sopClassUid)) return { kind: "other" };
      const isReport = structuredReportClassUids.has(sopClassUid);
      const read = isReport ? readStructuredReport(attributes, frameOf) : await readSegmentation(reading.header);
      return read.kind === "refused" ? read : { kind: "document", document: read.document };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof Fault) return { kind: "refused", because: reason(`intake.${error.code}`) };
    throw error;
  }
}

/**
 * Every structured report and segmentation under folders, archives and files; images that lie there too give drawings their place in the
 * patient.
 * @throws Fault for an archive that is unsafe to read
 */
export async function reportedUnder(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<{ documents: ReportedDocument[]; refused: Reason[] }> {
  const found = await findFiles(paths, signal);
  const refused = found.refused.map(({ because }) => because);
  const reporting: ByteOrigin[] = [];
  const framesOf = new Map<string, readonly Frame[]>();
  for (const origin of found.origins) {
    signal.throwIfAborted();
    const reading = await readFile(origin);
    if (reading.kind === "image") framesOf.set(reading.image.sopInstanceUid, reading.image.frames);
    if (reading.kind === "not-image" && mayReport(reading.context.series.sopClassUid)) reporting.push(origin);
    if (reading.kind === "refused" && reading.context === null) refused.push(reading.because);
  }
  const documents: ReportedDocument[] = [];
  for (const origin of reporting) {
    signal.throwIfAborted();
    const reading = await readReported(origin, (sopInstanceUid, frameNumber) => framesOf.get(sopInstanceUid)?.[frameNumber - 1] ?? null);
    if (reading.kind === "document") documents.push(reading.document);
    if (reading.kind === "refused") refused.push(reading.because);
  }
  return { documents, refused };
}
