import type { Volume } from "../volume/volume.ts";

/** Soft tissue, enhanced or not. */
const softTissueHu = { low: -50, high: 150 };
const patchMm = 6;
const leastPatches = 200;

/**
 * Image noise in HU: the mode of the standard deviations of small in-plane patches of soft tissue (the global noise level of Christianson
 * et al., AJR 2015; 205:W23–W31). Patches across an edge scatter to higher values and leave the mode alone. The mode is taken from a
 * histogram of 2 HU steps smoothed over three of them, wider steps where noise is strong.
 * @returns HU; null when too little soft tissue is in the picture
 */
export function measureNoiseHu({ grid, data }: Volume): number | null {
  const [ni, nj, nk] = grid.size;
  const wide = Math.max(3, Math.round(patchMm / grid.spacingMm[0]));
  const high = Math.max(3, Math.round(patchMm / grid.spacingMm[1]));
  const everyK = Math.max(1, Math.floor(nk / 40));
  const deviations: number[] = [];
  for (let k = 0; k < nk; k += everyK) {
    for (let j = 0; j + high <= nj; j += high) {
      for (let i = 0; i + wide <= ni; i += wide) {
        const deviation = deviationOf(data, i + ni * (j + nj * k), ni, wide, high);
        if (deviation !== null) deviations.push(deviation);
      }
    }
  }
  return deviations.length < leastPatches ? null : modeOf(deviations);
}

/** Standard deviation of a patch whose mean is that of soft tissue; null for other patches. */
function deviationOf(data: Volume["data"], start: number, ni: number, wide: number, high: number): number | null {
  let sum = 0;
  let squares = 0;
  for (let dj = 0; dj < high; dj++) {
    for (let at = start + ni * dj, end = at + wide; at < end; at++) {
      const hu = data[at]!;
      sum += hu;
      squares += hu * hu;
    }
  }
  const count = wide * high;
  const mean = sum / count;
  if (mean < softTissueHu.low || mean > softTissueHu.high) return null;
  return Math.sqrt(Math.max(0, squares - count * mean * mean) / (count - 1));
}

function modeOf(deviations: readonly number[]): number {
  const sorted = deviations.toSorted((a, b) => a - b);
  const step = Math.max(0.5, sorted[sorted.length >> 2]! / 12);
  const bins = new Float64Array(Math.ceil(sorted.at(-1)! / step) + 3);
  for (const deviation of sorted) {
    const bin = Math.floor(deviation / step) + 1;
    bins[bin - 1]! += 1;
    bins[bin]! += 2;
    bins[bin + 1]! += 1;
  }
  return (bins.indexOf(bins.reduce((a, b) => Math.max(a, b), 0)) - 0.5) * step;
}
