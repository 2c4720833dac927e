import { type Reason, reason } from "../base/reason.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import type { Lungs } from "./lungs.ts";
import { measureNoiseHu } from "./noise.ts";

/** One line of the quality gate. */
export interface ScanQualityFigure {
  readonly code: string;
  readonly value: number | null;
  readonly unit: string;
  readonly grade: "good" | "limited" | "unusable" | "unknown";
  readonly because: Reason;
}

/** What only the headers say. */
export interface ScanFacts {
  readonly sliceThicknessMm: number | null;
  readonly missingSlices: number;
  /** 1 where nothing was measured, on the volume's grid. */
  readonly padding?: Mask;
}

/** Scanners calibrate air to −1000 HU ± 15 or better (IEC 61223-3-5 allows 10); a body in the beam shifts it by a little more. */
const airHu = { expected: -1000, good: 30, limited: 80 };
/** Scatter and the walls raise the lumen of the trachea by up to some 60 HU. */
const tracheaHu = { expected: -975, good: 50, limited: 100 };
/** Diagnostic scans have 10–25 HU, low-dose screening with a sharp kernel up to about 80. */
const noiseHu = { good: 80, limited: 250 };
const metalAboveHu = 2800;
const mostMetalMl = 0.2;
const cutSectionCm2 = 10;
/** Slices are contiguous when they lie no further apart than they are thick. */
const gapTolerance = 1.05;

/**
 * Quality figures from the pixels of a chest CT: calibration against air outside the body and in the trachea, noise, metal, lung cut off at
 * apex, base or sides, gaps between slices.
 * @param volume HU, k from feet to head
 */
export function scanQuality(volume: Volume, lungs: Lungs, facts: ScanFacts): ScanQualityFigure[] {
  return [
    calibration("outside-air", medianOutsideAirHu(volume, lungs, facts.padding), airHu),
    calibration("trachea-air", lungs.tracheaHu, tracheaHu),
    noise(measureNoiseHu(volume)),
    metal(volume),
    section("apex", lungs.lastSliceCm2),
    section("base", lungs.firstSliceCm2),
    upTo("lung-cut-off", lungs.edgeContactCm2, "cm2", 10),
    gaps(volume, facts),
  ];
}

type Grade = ScanQualityFigure["grade"];

const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;

function figure(code: string, value: number | null, unit: string, grade: Grade, values: Reason["values"] = {}): ScanQualityFigure {
  return { code, value, unit, grade, because: reason(`quality.${code}.${grade}`, value === null ? values : { value, ...values }) };
}

function calibration(code: string, hu: number | null, limits: { expected: number; good: number; limited: number }): ScanQualityFigure {
  if (hu === null) return figure(code, null, "[hnsf'U]", "unknown");
  const off = Math.abs(hu - limits.expected);
  const grade = off <= limits.good ? "good" : off <= limits.limited ? "limited" : "unusable";
  return figure(code, hu, "[hnsf'U]", grade, { expected: limits.expected });
}

function noise(hu: number | null): ScanQualityFigure {
  if (hu === null) return figure("noise", null, "[hnsf'U]", "unknown");
  return figure("noise", round(hu, 1), "[hnsf'U]", hu <= noiseHu.good ? "good" : hu <= noiseHu.limited ? "limited" : "unusable");
}

const upTo = (code: string, value: number, unit: string, most: number): ScanQualityFigure =>
  figure(code, round(value, 1), unit, value <= most ? "good" : "limited");

const section = (code: string, cm2: number): ScanQualityFigure => upTo(code, cm2, "cm2", cutSectionCm2);

/** Volume of voxels as bright as metal; the CT numbers of most scanners end at 3071. */
function metal({ grid, data }: Volume): ScanQualityFigure {
  let voxels = 0;
  for (let at = 0; at < data.length; at++) if (data[at]! > metalAboveHu) voxels++;
  const [si, sj, sk] = grid.spacingMm;
  return upTo("metal", (voxels * si * sj * sk) / 1000, "mL", mostMetalMl);
}

function gaps({ grid }: Volume, { sliceThicknessMm, missingSlices }: ScanFacts): ScanQualityFigure {
  const spacingMm = round(grid.spacingMm[2], 2);
  if (missingSlices > 0) return figure("missing-slices", missingSlices, "1", "limited");
  if (sliceThicknessMm === null) return figure("gaps", null, "mm", "unknown", { spacingMm });
  const gapMm = Math.max(0, round(grid.spacingMm[2] - sliceThicknessMm, 2));
  const contiguous = grid.spacingMm[2] <= gapTolerance * sliceThicknessMm;
  return figure("gaps", contiguous ? 0 : gapMm, "mm", contiguous ? "good" : "limited", { spacingMm });
}

/** Median HU of air that is neither lung nor padding, on every fourth voxel in plane and every second slice; null when there is too little. */
function medianOutsideAirHu({ grid, data }: Volume, lungs: Lungs, padding?: Mask): number | null {
  const [ni, nj, nk] = grid.size;
  const [lowest, highest, least] = [-1200, -850, 500];
  const histogram = new Uint32Array(highest - lowest);
  let count = 0;
  for (let k = 0; k < nk; k += 2) {
    for (let j = 0; j < nj; j += 4) {
      for (let at = ni * (j + nj * k), end = at + ni; at < end; at += 4) {
        const hu = data[at]!;
        if (hu <= lowest || hu >= highest || padding?.data[at] === 1 || lungs.labels.data[at] !== 0) continue;
        histogram[hu - lowest]! += 1;
        count++;
      }
    }
  }
  if (count < least) return null;
  let below = 0;
  let level = 0;
  while (below + histogram[level]! < count / 2) below += histogram[level++]!;
  return level + lowest;
}
