import { Fault } from "../base/fault.ts";
import { reason } from "../base/reason.ts";
import { type ByteOrigin, openOrigin } from "./byte-source.ts";
import { readHeader } from "./read-header.ts";
import { type ImageReading, readImage } from "./read-image.ts";
import { tag } from "./tags.ts";

/** What one file turned out to be. */
export type FileReading = { readonly origin: ByteOrigin } & (ImageReading | { readonly kind: "not-dicom" });

/** Opens a file, reads its header and closes it again. */
export async function readFile(origin: ByteOrigin): Promise<FileReading> {
  try {
    const source = await openOrigin(origin);
    try {
      const header = await readHeader(source);
      if (header.kind === "not-dicom") return { origin, kind: "not-dicom" };
      if (header.kind === "broken") return { origin, kind: "refused", because: header.because, context: null };
      // A directory only repeats what its files say; where it is given itself, dicomdir.ts reads it.
      if (header.header.attributes.has(tag.directoryRecordSequence)) return { origin, kind: "not-dicom" };
      return { origin, ...(await readImage(origin, header.header)) };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof Fault) return { origin, kind: "refused", because: reason(`intake.${error.code}`), context: null };
    throw error;
  }
}
