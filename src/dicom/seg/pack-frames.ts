/**
 * Binary frames as Pixel Data of one bit a pixel (PS3.5 8.1.1): the first pixel in the lowest bit, frames directly after one another, so that a frame
 * may begin within a byte.
 * @param framePixels rows × columns
 */
export function packFrames(frames: readonly { readonly pixels: readonly number[] }[], framePixels: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((frames.length * framePixels) / 8));
  for (const [frame, { pixels }] of frames.entries()) {
    for (const pixel of pixels) {
      const bit = frame * framePixels + pixel;
      // Not `>> 3`: a long segmentation has more than 2³¹ pixels.
      bytes[Math.floor(bit / 8)]! |= 1 << (bit % 8);
    }
  }
  return bytes;
}
