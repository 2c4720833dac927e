import { encode } from "fast-png";
import type { RgbImage } from "./canvas.ts";

/** A picture as PNG (8-bit RGB). The same picture gives the same bytes: no date, no text is written. */
export function png({ width, height, rgb }: RgbImage): Uint8Array {
  return encode({ width, height, data: rgb, channels: 3, depth: 8 }, { zlib: { level: 6 } });
}
