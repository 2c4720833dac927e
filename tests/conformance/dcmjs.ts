import { createRequire } from "node:module";

/** As much of dcmjs, which has no types, as is used here. */
interface Dcmjs {
  readonly data: {
    readonly DicomMessage: { readonly readFile: (bytes: ArrayBuffer) => { readonly dict: object } };
    readonly DicomMetaDictionary: { readonly naturalizeDataset: (dict: object) => Naturalized };
  };
}

interface Naturalized {
  readonly SOPInstanceUID: string;
  readonly PatientName: readonly [Record<string, string>];
  readonly ContentSequence: readonly { readonly ConceptCodeSequence?: readonly { readonly CodeMeaning: string }[] }[];
}

/** A DICOM file as dcmjs understands it. */
export function naturalized(bytes: ArrayBuffer): Naturalized {
  const { DicomMessage, DicomMetaDictionary } = (createRequire(import.meta.url)("dcmjs") as Dcmjs).data;
  return DicomMetaDictionary.naturalizeDataset(DicomMessage.readFile(bytes).dict);
}
