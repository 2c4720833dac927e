import { type Code, codeItem } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { type ResultContext, type ResultObject, type ResultSeries, resultObject } from "../write/result-object.ts";
import { eachInstance, instanceItem, type ObjectReference } from "./object-reference.ts";

const encapsulatedPdfStorage = "1.2.840.10008.5.1.4.1.1.104.1";
/** CID 7000. That it is preliminary is no other title: Verification Flag says it. */
const imagingReport: Code = { value: "18748-4", scheme: "LN", meaning: "Diagnostic Imaging Report" };
const sourceImage: Code = { value: "121324", scheme: "DCM", meaning: "Source image" };

export interface EncapsulatedPdfInput {
  readonly context: ResultContext;
  readonly series: Pick<ResultSeries, "number" | "description">;
  /** The document's own title, in the language of the read. */
  readonly title: string;
  readonly pdf: Uint8Array;
  /** The images the report was made from. */
  readonly sources: readonly ObjectReference[];
}

/** A report as Encapsulated PDF (PS3.3 A.45.1), unverified. */
export function encapsulatedPdf({ context, series, title, pdf, sources }: EncapsulatedPdfInput): ResultObject {
  const body: DataSet = {
    ConversionType: "WSD",
    InstanceNumber: "1",
    AcquisitionDateTime: "",
    BurnedInAnnotation: "YES",
    SourceInstanceSequence: eachInstance(sources).map((source) => ({
      ...instanceItem(source),
      PurposeOfReferenceCodeSequence: [codeItem(sourceImage)],
    })),
    DocumentTitle: title,
    ConceptNameCodeSequence: [codeItem(imagingReport)],
    VerificationFlag: "UNVERIFIED",
    MIMETypeOfEncapsulatedDocument: "application/pdf",
    EncapsulatedDocument: pdf,
    EncapsulatedDocumentLength: pdf.length,
  };
  return resultObject(encapsulatedPdfStorage, { kind: "report-pdf", modality: "DOC", ...series }, body, context);
}
