import { openOrigin } from "../byte-source.ts";
import { readHeader } from "../read-header.ts";
import type { Slice } from "../split-series.ts";
import type { Stack } from "../stack.ts";
import { transferSyntax } from "../transfer-syntax.ts";
import type { DataSet } from "../write/data-set.ts";
import { type Keyword, readingTag } from "../write/dictionary.ts";

/** That pixels were once changed by compression, which everything derived from them must say for ever (PS3.3 C.7.6.1.1.5). */
export type LossyCompression = Pick<DataSet, "LossyImageCompression" | "LossyImageCompressionRatio" | "LossyImageCompressionMethod">;

/** PS3.3 C.7.6.1.1.5.1 */
const methods: Readonly<Record<string, string>> = {
  jpeg: "ISO_10918_1",
  "jpeg-ls": "ISO_14495_1",
  "jpeg-2000": "ISO_15444_1",
  htj2k: "ISO_15444_15",
};

/**
 * What to say of lossy compression in objects made from a stack: that there was none, or how its first lossy image was compressed. Ratio and method are
 * those its header states; where it states none they follow from its transfer syntax and the length of its pixels.
 * @throws Fault when the file can no longer be read
 */
export async function lossyCompression(stack: Stack): Promise<LossyCompression> {
  const slice = stack.slices.find(({ file }) => file.lossyCompressed);
  if (slice === undefined) return { LossyImageCompression: "00" };
  const source = await openOrigin(slice.file.origin);
  try {
    const reading = await readHeader(source);
    const said = (keyword: Keyword): readonly string[] =>
      reading.kind === "header" ? reading.header.attributes.texts(readingTag(keyword)) : [];
    const [ratio, method] = [said("LossyImageCompressionRatio"), said("LossyImageCompressionMethod")];
    if (ratio.length > 0) return { LossyImageCompression: "01", LossyImageCompressionRatio: ratio, LossyImageCompressionMethod: method };
    return { LossyImageCompression: "01", ...measured(slice) };
  } finally {
    await source.close();
  }
}

function measured({ file, frame }: Slice): LossyCompression {
  const method = methods[transferSyntax(file.transferSyntaxUid)?.codec ?? ""];
  if (method === undefined) return {};
  const { rows, columns, samplesPerPixel, bitsAllocated } = file.format;
  const packedBytes = frame.pieces.reduce((sum, { length }) => sum + length, 0);
  const ratio = (rows * columns * samplesPerPixel * bitsAllocated) / 8 / packedBytes;
  return { LossyImageCompressionRatio: ratio.toFixed(2), LossyImageCompressionMethod: method };
}
