import type { PixelFormat } from "./image-file.ts";
import type { PackedCodec } from "./transfer-syntax.ts";

/** What a codestream says of its picture before any of it is decoded. */
interface CodestreamShape {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
}

/**
 * Reads the size that a decoder would make room for: the frame header of JPEG (ISO/IEC 10918-1 B.2.2) and JPEG-LS (ISO/IEC 14495-1 C.2.2), the SIZ
 * segment of JPEG 2000 and HTJ2K (ISO/IEC 15444-1 A.5.1).
 * @throws RangeError when the stream ends or breaks before it says so
 */
function codestreamShape(bytes: Uint8Array, codec: PackedCodec): CodestreamShape {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return codec === "jpeg" || codec === "jpeg-ls" ? frameHeader(view) : sizeSegment(view);
}

/**
 * The codestream that a decoder may have: out of its JP2 boxes where it lies in some, and of the picture that the header announces, as a lie would have
 * the decoder make room for it.
 * @throws RangeError when it holds another picture, or none
 */
export function checkedCodestream(bytes: Uint8Array, codec: PackedCodec, format: PixelFormat): Uint8Array {
  const codestream = unboxed(bytes);
  const { rows, columns, components } = codestreamShape(codestream, codec);
  if (rows !== format.rows || columns !== format.columns || components !== format.samplesPerPixel)
    throw new RangeError(`a codestream of ${columns} × ${rows} × ${components} for an image of ${format.columns} × ${format.rows}`);
  return codestream;
}

const signatureBox = 0x6a502020;
const codestreamBox = 0x6a703263;

/** DICOM wants a bare codestream (PS3.5 A.4.4); some files have it in the boxes of a JP2 file (ISO/IEC 15444-1 I.4). */
function unboxed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(0) !== 12 || view.getUint32(4) !== signatureBox) return bytes;
  let at = 12;
  while (view.getUint32(at + 4) !== codestreamBox) {
    if (view.getUint32(at) < 8) throw new RangeError("a box without a length");
    at += view.getUint32(at);
  }
  return bytes.subarray(at + 8);
}

function frameHeader(view: DataView): CodestreamShape {
  for (let at = 2; ; ) {
    // Any number of FF may stand in front of a marker.
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++;
    if (view.getUint8(at) !== 0xff) throw new RangeError("no marker where one is due");
    const marker = view.getUint8(at + 1);
    const isFrame = (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) || marker === 0xf7;
    if (isFrame) return { rows: view.getUint16(at + 5), columns: view.getUint16(at + 7), components: view.getUint8(at + 9) };
    // A scan, or a marker without a segment: TEM there keeps the JPEG decoder in a loop for ever.
    if (marker === 0xda || marker < 0x02 || (marker >= 0xd0 && marker <= 0xd9)) throw new RangeError("no frame in front of a scan");
    at += 2 + view.getUint16(at + 2);
  }
}

/** Decoders keep a few kilobytes for each tile, however small: none has a use for tiles of fewer pixels than this on average. */
const leastTilePixels = 256;

function sizeSegment(view: DataView): CodestreamShape {
  if (view.getUint32(0) !== 0xff4fff51) throw new RangeError("no JPEG 2000 codestream");
  const [right, bottom, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at)) as [number, number, number, number];
  const [tileWidth, tileHeight] = [24, 28].map((at) => view.getUint32(at)) as [number, number];
  const [rows, columns] = [bottom - top, right - left];
  const tiles = Math.ceil(columns / tileWidth) * Math.ceil(rows / tileHeight);
  if (!(tiles <= 1 + (rows * columns) / leastTilePixels)) throw new RangeError(`${tiles} tiles`);
  const components = view.getUint16(40);
  for (let n = 0; n < components; n++) {
    if (view.getUint16(43 + 3 * n) !== 0x0101) throw new RangeError("a subsampled component");
  }
  return { rows, columns, components };
}
