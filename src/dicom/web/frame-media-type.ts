import { type PixelCodec, transferSyntax } from "../transfer-syntax.ts";

/** PS3.18 table 8.7.3-5 */
const types: Readonly<Record<PixelCodec, string | null>> = {
  native: null,
  rle: "image/dicom-rle",
  jpeg: "image/jpeg",
  "jpeg-ls": "image/jls",
  "jpeg-2000": "image/jp2",
  htj2k: "image/jphc",
};

/** Media type of compressed frames as they are stored; null where they are not compressed, or in a way that is not known. */
export function mediaTypeOfFrames(transferSyntaxUid: string): string | null {
  const syntax = transferSyntax(transferSyntaxUid);
  return syntax === null ? null : types[syntax.codec];
}
