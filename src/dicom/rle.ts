/**
 * Decodes an RLE frame (DICOM PS3.5 annex G): PackBits segments, one a byte plane, most significant plane first.
 * @param values pixels of the frame
 * @param bytesPerValue 1 or 2
 * @returns values little endian
 * @throws RangeError when the number of segments is not that of the byte planes, or a segment ends early
 */
export function decodeRle(encoded: Uint8Array<ArrayBufferLike>, values: number, bytesPerValue: 1 | 2): Uint8Array {
  const header = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  if (encoded.length < 64) throw new RangeError(`an RLE frame of ${encoded.length} bytes`);
  const segments = header.getUint32(0, true);
  if (segments !== bytesPerValue) throw new RangeError(`${segments} RLE segments for ${bytesPerValue} bytes a value`);
  const out = new Uint8Array(values * bytesPerValue);
  for (let plane = 0; plane < segments; plane++) {
    const from = header.getUint32(4 + 4 * plane, true);
    const to = plane + 1 < segments ? header.getUint32(8 + 4 * plane, true) : encoded.length;
    unpackSegment(encoded, from, Math.min(to, encoded.length), out, bytesPerValue - 1 - plane, bytesPerValue);
  }
  return out;
}

/** PackBits: n ≤ 127, n + 1 literal bytes; n ≥ 129, the next byte 257 − n times; 128, nothing. */
function unpackSegment(
  encoded: Uint8Array<ArrayBufferLike>,
  from: number,
  to: number,
  out: Uint8Array,
  start: number,
  stride: number,
): void {
  let target = start;
  let at = from;
  while (target < out.length && at < to) {
    const control = encoded[at++] as number;
    if (control < 128) {
      for (let n = 0; n <= control && target < out.length && at < to; n++, target += stride) out[target] = encoded[at++] as number;
    } else if (control > 128) {
      const byte = encoded[at++] as number;
      for (let n = 257 - control; n > 0 && target < out.length; n--, target += stride) out[target] = byte;
    }
  }
  if (target < out.length) throw new RangeError("an RLE segment ends early");
}
