import { blend, type Color, type RgbImage } from "./canvas.ts";
import { chineseGlyphPixels, chineseGlyphs } from "./chinese-glyphs.ts";
import { drawText, textSize } from "./glyphs.ts";
import { axisColor } from "./panel.ts";

const english = "UNCONFIRMED";
const chinese = "未经确认";
/** Below this the signs cannot be told apart. */
const leastSignPixels = 16;
const halo: Color = [0, 0, 0];

/**
 * Burns in at the lower right, in both languages whatever the reader's, that nobody has confirmed what the picture shows.
 * @param scale pixels a dot of the English text, a positive integer
 */
export function drawUnconfirmed(image: RgbImage, scale: number): void {
  const margin = 4 * scale;
  const [width, height] = textSize(english, scale);
  const top = image.height - height - margin;
  drawText(image, english, image.width - width - margin, top, scale, axisColor);
  const size = Math.max(leastSignPixels, 12 * scale);
  const signs = [...chinese];
  signs.forEach((sign, place) => {
    drawSign(image, sign, image.width - margin - (signs.length - place) * size, top - size - 2 * scale, size);
  });
}

/** A sign with a dark edge, its top left corner at a pixel. */
function drawSign(image: RgbImage, sign: string, left: number, top: number, size: number): void {
  const inked = inkOf(sign);
  const cover = (column: number, row: number): number => covered(inked, column, row, size);
  for (let row = -1; row <= size; row++) {
    for (let column = -1; column <= size; column++) {
      const near = Math.max(...[-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => cover(column + x, row + y))));
      blend(image, left + column, top + row, halo, 0.6 * near);
      blend(image, left + column, top + row, axisColor, cover(column, row));
    }
  }
}

/** Whether a pixel of the sign's bitmap is inked; outside it none is. */
function inkOf(sign: string): (column: number, row: number) => boolean {
  const bits = atob(chineseGlyphs[sign] ?? "");
  return (column, row) => {
    const at = row * chineseGlyphPixels + column;
    return (bits.charCodeAt(at >> 3) & (0x80 >> (at & 7))) !== 0;
  };
}

/** Share of a pixel that is inked when the sign is drawn at a size, 0 … 1. */
function covered(inked: (column: number, row: number) => boolean, column: number, row: number, size: number): number {
  if (column < 0 || row < 0 || column >= size || row >= size) return 0;
  const start = (pixel: number): number => Math.round((pixel * chineseGlyphPixels) / size);
  let ink = 0;
  let all = 0;
  for (let y = start(row); y < start(row + 1); y++) {
    for (let x = start(column); x < start(column + 1); x++, all++) if (inked(x, y)) ink++;
  }
  return all === 0 ? 0 : ink / all;
}
