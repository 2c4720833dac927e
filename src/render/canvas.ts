export type Color = readonly [red: number, green: number, blue: number];

/** An 8-bit RGB picture, row by row. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A picture to draw on, all of one colour. */
export function canvas(width: number, height: number, [red, green, blue]: Color): RgbImage {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0))
    throw new RangeError(`size must be positive integers, got ${width} × ${height}`);
  const rgb = new Uint8Array(width * height * 3);
  if (red !== 0 || green !== 0 || blue !== 0) {
    for (let at = 0; at < rgb.length; at += 3) rgb.set([red, green, blue], at);
  }
  return { width, height, rgb };
}

/** A grey picture as RGB. */
export function fromGrey(grey: Uint8Array, width: number, height: number): RgbImage {
  if (grey.length !== width * height) throw new RangeError(`${width} × ${height} pixels need ${width * height} greys, got ${grey.length}`);
  const rgb = new Uint8Array(grey.length * 3);
  for (let n = 0; n < grey.length; n++) {
    const value = grey[n]!;
    rgb[3 * n] = value;
    rgb[3 * n + 1] = value;
    rgb[3 * n + 2] = value;
  }
  return { width, height, rgb };
}

/** Mixes a colour into one pixel; pixels outside the picture are left out. */
export function blend(image: RgbImage, column: number, row: number, [red, green, blue]: Color, opacity: number): void {
  if (column < 0 || row < 0 || column >= image.width || row >= image.height || opacity <= 0) return;
  const at = 3 * (row * image.width + column);
  const a = Math.min(1, opacity);
  image.rgb[at] = Math.round(image.rgb[at]! * (1 - a) + red * a);
  image.rgb[at + 1] = Math.round(image.rgb[at + 1]! * (1 - a) + green * a);
  image.rgb[at + 2] = Math.round(image.rgb[at + 2]! * (1 - a) + blue * a);
}

/** Puts a picture onto another, its top left corner at a pixel; what hangs over the edge is left out. */
export function paste(onto: RgbImage, image: RgbImage, left: number, top: number): void {
  const columns = Math.min(image.width, onto.width - left);
  for (let row = 0; row < image.height && top + row < onto.height; row++) {
    const from = 3 * row * image.width;
    onto.rgb.set(image.rgb.subarray(from, from + 3 * columns), 3 * ((top + row) * onto.width + left));
  }
}

export interface Stroke {
  readonly color: Color;
  readonly widthPixels: number;
  readonly opacity: number;
}

type Pixel = readonly [column: number, row: number];

/**
 * Strokes line segments, anti-aliased by distance: a pixel is covered by as much as the nearest segment's stroke reaches over its centre.
 * Segments of one call are one stroke, so that joints and crossings are no darker than the rest.
 */
export function strokeSegments(
  image: RgbImage,
  segments: readonly (readonly [from: Pixel, to: Pixel])[],
  { color, widthPixels, opacity }: Stroke,
): void {
  const cover = new Map<number, number>();
  const reach = widthPixels / 2 + 0.5;
  for (const [[x0, y0], [x1, y1]] of segments) {
    const dx = x1 - x0;
    const dy = y1 - y0;
    const lengthSquared = dx * dx + dy * dy;
    const firstRow = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
    const lastRow = Math.min(image.height - 1, Math.floor(Math.max(y0, y1) + reach));
    const firstColumn = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
    const lastColumn = Math.min(image.width - 1, Math.floor(Math.max(x0, x1) + reach));
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const t = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, ((column - x0) * dx + (row - y0) * dy) / lengthSquared));
        const covered = reach - Math.hypot(column - x0 - t * dx, row - y0 - t * dy);
        if (covered <= 0) continue;
        const key = row * image.width + column;
        cover.set(key, Math.max(cover.get(key) ?? 0, Math.min(1, covered)));
      }
    }
  }
  for (const [key, covered] of cover) blend(image, key % image.width, Math.floor(key / image.width), color, covered * opacity);
}

/** Strokes a rectangle given by two opposite corners. */
export function strokeRectangle(image: RgbImage, [x0, y0]: Pixel, [x1, y1]: Pixel, stroke: Stroke): void {
  strokeSegments(
    image,
    [
      [
        [x0, y0],
        [x1, y0],
      ],
      [
        [x1, y0],
        [x1, y1],
      ],
      [
        [x1, y1],
        [x0, y1],
      ],
      [
        [x0, y1],
        [x0, y0],
      ],
    ],
    stroke,
  );
}
