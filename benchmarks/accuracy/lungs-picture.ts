import { encode } from "fast-png";
import type { Mask, Volume } from "../../src/volume/volume.ts";

const columns = 5;
const tile = 190;
const window = { low: -1100, high: 400 };
/** Right lung, left lung. */
const colours = [
  [255, 70, 60],
  [60, 170, 255],
] as const;

/** Ten axial and five coronal slices with the outlines of both lungs, as PNG bytes of at most 950 pixels a side; a grey step of 16 keeps it small. */
export function overview(ct: Volume, labels: Mask): Uint8Array {
  const [ni, nj, nk] = ct.grid.size;
  const [si, sj, sk] = ct.grid.spacingMm;
  const mm = (Math.max(ni * si, nj * sj, nk * sk) / tile) * 1.001;
  const width = columns * tile;
  const pixels = new Uint8Array(width * 3 * tile * 3);
  const at = (i: number, j: number, k: number): number => i + ni * (j + nj * k);
  const draw = (place: number, voxel: (x: number, y: number) => number): void => {
    const left = (place % columns) * tile;
    const top = Math.floor(place / columns) * tile;
    for (let y = 0; y < tile; y++) {
      for (let x = 0; x < tile; x++) {
        const from = voxel(x, y);
        if (from < 0) continue;
        const label = labels.data[from]!;
        const outline =
          label !== 0 && [voxel(x + 1, y), voxel(x - 1, y), voxel(x, y + 1), voxel(x, y - 1)].some((next) => labels.data[next] !== label);
        const grey = Math.max(0, Math.min(240, (((ct.data[from]! - window.low) / (window.high - window.low)) * 255) & ~15));
        pixels.set(outline ? colours[label - 1]! : [grey, grey, grey], 3 * (left + x + width * (top + y)));
      }
    }
  };
  const place = (value: number, count: number): number => (value >= 0 && value < count ? value : -1);
  for (let n = 0; n < 10; n++) {
    const k = Math.round(((n + 1) / 11) * (nk - 1));
    draw(n, (x, y) => {
      const i = place(Math.floor((x * mm) / si), ni);
      const j = place(Math.floor((y * mm) / sj), nj);
      return i < 0 || j < 0 ? -1 : at(i, j, k);
    });
  }
  for (let n = 0; n < 5; n++) {
    const j = Math.round(((n + 2) / 8) * (nj - 1));
    draw(10 + n, (x, y) => {
      const i = place(Math.floor((x * mm) / si), ni);
      const k = place(nk - 1 - Math.floor((y * mm) / sk), nk);
      return i < 0 || k < 0 ? -1 : at(i, j, k);
    });
  }
  return encode({ width, height: 3 * tile, data: pixels, channels: 3, depth: 8 });
}
