import type { SeededRandom } from "../../base/seeded-random.ts";

/** Sheets of periodic noise, `tilePixels` square, with a mean of 0 and a standard deviation of 1 each. */
export interface NoiseTiles {
  readonly count: number;
  readonly data: Float32Array;
}

export const tilePixels = 256;
const tileSize = tilePixels * tilePixels;

/**
 * Noise whose spectrum is a band: white noise smoothed with `lowSigma`, less the same smoothed further with `highSigma` (pixels; 0 keeps
 * the low frequencies). Filtered back-projection leaves such a band: a ramp that the kernel rolls off (Kijewski and Judy, Phys Med Biol 1987;32:565).
 */
export function noiseTiles(random: SeededRandom, count: number, lowSigma: number, highSigma: number): NoiseTiles {
  const data = new Float32Array(count * tileSize);
  for (let tile = 0; tile < count; tile++) {
    const sheet = data.subarray(tile * tileSize, (tile + 1) * tileSize);
    for (let at = 0; at < tileSize; at++) sheet[at] = random.normal();
    smooth(sheet, lowSigma);
    if (highSigma > 0) {
      const wide = sheet.slice();
      smooth(wide, highSigma);
      for (let at = 0; at < tileSize; at++) sheet[at]! -= wide[at]!;
    }
    standardise(sheet);
  }
  return { count, data };
}

function smooth(sheet: Float32Array, sigma: number): void {
  const radius = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: radius + 1 }, (_, at) => Math.exp(-(at * at) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight, at) => sum + (at === 0 ? weight : 2 * weight), 0);
  const line = new Float64Array(tilePixels);
  for (const [step, stride] of [
    [1, tilePixels],
    [tilePixels, 1],
  ] as const) {
    for (let row = 0; row < tilePixels; row++) {
      const base = row * stride;
      for (let at = 0; at < tilePixels; at++) line[at] = sheet[base + at * step]!;
      for (let at = 0; at < tilePixels; at++) {
        let sum = weights[0]! * line[at]!;
        for (let tap = 1; tap <= radius; tap++)
          sum += weights[tap]! * (line[(at + tap) % tilePixels]! + line[(at - tap + 8 * tilePixels) % tilePixels]!);
        sheet[base + at * step] = sum / total;
      }
    }
  }
}

function standardise(sheet: Float32Array): void {
  let [sum, squares] = [0, 0];
  for (const value of sheet) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / sheet.length;
  const scale = 1 / Math.sqrt(squares / sheet.length - mean * mean);
  for (let at = 0; at < sheet.length; at++) sheet[at] = (sheet[at]! - mean) * scale;
}

const texelMm = 0.8;
const layerMm = 3;

/** A smooth texture fixed in the patient: the same place gives the same value, whatever the grid. */
export function textureAt(tiles: NoiseTiles, x: number, y: number, z: number): number {
  const u = Math.floor(x / texelMm) & (tilePixels - 1);
  const v = Math.floor(y / texelMm) & (tilePixels - 1);
  const layer = z / layerMm + 4096;
  const whole = Math.floor(layer);
  const part = layer - whole;
  const at = u + tilePixels * v;
  return tiles.data[(whole % tiles.count) * tileSize + at]! * (1 - part) + tiles.data[((whole + 1) % tiles.count) * tileSize + at]! * part;
}

/** One slice of noise: two sheets at random places, one turned round, added up. */
export function noiseSlice(tiles: NoiseTiles, random: SeededRandom, width: number, height: number, out: Float32Array): void {
  const pick = (): { base: number; u: number; v: number } => ({
    base: random.integer(tiles.count) * tileSize,
    u: random.integer(tilePixels),
    v: random.integer(tilePixels),
  });
  const [a, b] = [pick(), pick()];
  for (let j = 0; j < height; j++) {
    const rowA = a.base + tilePixels * ((j + a.v) & (tilePixels - 1));
    const rowB = b.base + tilePixels * ((b.v - j) & (tilePixels - 1));
    for (let i = 0; i < width; i++) {
      out[i + width * j] =
        tiles.data[rowA + ((i + a.u) & (tilePixels - 1))]! * 0.8 + tiles.data[rowB + ((b.u - i) & (tilePixels - 1))]! * 0.6;
    }
  }
}
