import { z } from "zod";
import { StudySummary } from "./study.ts";

/** How an object came in. */
export const ReceivedBy = z.strictObject({
  way: z.enum(["dimse", "stow", "folder", "prior"]).describe("prior: fetched from a peer, to compare with"),
  from: z.string().nullable().describe("AE title of the sender, or account that sent; null for the drop folder"),
  host: z.string().optional().describe("network address of who sent over DIMSE"),
});
export type ReceivedBy = z.infer<typeof ReceivedBy>;

/** What the index keeps of one DICOM object. Null is what its header does not say. */
export const ReceivedInstance = z.strictObject({
  sopInstanceUid: z.string(),
  sopClassUid: z.string(),
  transferSyntaxUid: z.string(),
  instanceNumber: z.number().int().nullable(),
  series: z.strictObject({
    seriesInstanceUid: z.string(),
    modality: z.string(),
    seriesNumber: z.number().int().nullable(),
    seriesDescription: z.string().nullable(),
    protocolName: z.string().nullable(),
    bodyPartExamined: z.string().nullable(),
    manufacturer: z.string().nullable(),
  }),
  study: StudySummary.omit({ series: true }),
  pixelKey: z.string().describe("where its bytes lie"),
  bytes: z.number().int().positive(),
  sha256: z.string().describe("of the data set, hex; the file meta information in front of it is left out"),
  receivedAt: z.date(),
  receivedBy: ReceivedBy,
  announced: z
    .strictObject({
      studyInstances: z.number().int().nullable().describe("(0020,1208)"),
      studySeries: z.number().int().nullable().describe("(0020,1206)"),
      seriesInstances: z.number().int().nullable().describe("(0020,1209)"),
    })
    .optional()
    .describe("how many objects its study and series have, where its header says so"),
});
export type ReceivedInstance = z.infer<typeof ReceivedInstance>;

/**
 * "added": a new row. "duplicate": the same bytes are there already. "other-bytes": the same SOP Instance UID with other bytes is there.
 * "other-person": the study is another person's.
 */
export type Indexed = "added" | "duplicate" | "other-bytes" | "other-person";
