import { type Reason, reason } from "../../base/reason.ts";
import type { Change, DoublingTime, Growth } from "../../findings/comparison.ts";

/** One finding as one examination measured it. */
export interface Sized {
  readonly volumeMm3: number | null;
  /** Largest mean diameter of any plane. */
  readonly meanDiameterMm: number | null;
  readonly sliceSpacingMm: number | null;
}

/** What two sizes of a finding say. */
export interface Grown {
  readonly change: Exclude<Change, "new">;
  readonly growth: Growth;
  readonly because: readonly Reason[];
}

const growthMm = 1.5;
const twelveMonthsDays = 366;
const thickSliceMm = 2.5;
const smallMm = 6;

/**
 * 95 % limits of a volume's ratio between two scans of an unchanged nodule, as a fraction: 27 % (the wider end of published semi-automatic limits,
 * 25–27 %), twice that at or below 6 mm, and half as much again with slices of 2.5 mm or more. Whether it holds for this product's own
 * measurement: benchmarks/accuracy/results/growth.json.
 */
export function volumeRepeatability(diameterMm: number, sliceSpacingMm: number | null): number {
  return 0.27 * (diameterMm <= smallMm ? 2 : 1) * (sliceSpacingMm !== null && sliceSpacingMm >= thickSliceMm ? 1.5 : 1);
}

/**
 * VDT = Δt·ln 2 / ln(V2/V1), and between which bounds it lies when ln(V2/V1) is uncertain by ±ln(1 + repeatability).
 * @throws RangeError when a number is not positive
 */
export function doublingTime(priorMm3: number, mm3: number, days: number, repeatability: number): DoublingTime {
  if (!(priorMm3 > 0 && mm3 > 0 && days > 0)) throw new RangeError(`needs positive volumes and days, got ${priorMm3}, ${mm3}, ${days}`);
  const rate = Math.log(mm3 / priorMm3);
  const half = Math.log(1 + repeatability);
  const daysAt = (logRatio: number): number | null => (logRatio === 0 ? null : (days * Math.LN2) / logRatio);
  const [fastest, slowest] = [rate + half, rate - half];
  return {
    days: daysAt(rate),
    lowDays: fastest > 0 ? daysAt(fastest) : daysAt(slowest),
    highDays: slowest > 0 ? daysAt(slowest) : fastest < 0 ? daysAt(fastest) : null,
    level: 0.95,
  };
}

/**
 * Grown, stable, shrunken or not to be told. The volume decides where it changed by more than its repeatability; a diameter change over 1.5 mm without one
 * of the volume, or against it, is not to be told.
 * @param days from the prior examination to this one; null: unknown
 */
export function grown(prior: Sized, now: Sized, days: number | null): Grown {
  const tenth = (mm: number): number => Math.round(mm * 10) / 10;
  const diameterChange =
    prior.meanDiameterMm === null || now.meanDiameterMm === null ? null : tenth(tenth(now.meanDiameterMm) - tenth(prior.meanDiameterMm));
  const volumes = prior.volumeMm3 === null || now.volumeMm3 === null ? null : ([prior.volumeMm3, now.volumeMm3] as const);
  const diameterMm = Math.min(
    ...[prior.meanDiameterMm, now.meanDiameterMm].map((mm) => mm ?? 2 * Math.cbrt((3 * Math.min(...(volumes ?? [0]))) / (4 * Math.PI))),
  );
  const spacings = [prior.sliceSpacingMm, now.sliceSpacingMm].filter((mm) => mm !== null);
  const repeatability = volumes === null ? null : volumeRepeatability(diameterMm, spacings.length === 0 ? null : Math.max(...spacings));
  const time =
    volumes !== null && repeatability !== null && days !== null ? doublingTime(volumes[0], volumes[1], days, repeatability) : null;
  const growth: Growth = {
    days,
    priorVolumeMm3: prior.volumeMm3,
    volumeChangeMm3: volumes === null ? null : volumes[1] - volumes[0],
    volumeChangePercent: volumes === null ? null : 100 * (volumes[1] / volumes[0] - 1),
    repeatabilityPercent: repeatability === null ? null : 100 * repeatability,
    priorMeanDiameterMm: prior.meanDiameterMm,
    meanDiameterChangeMm: diameterChange,
    doublingTime: time,
    overThreshold: overThreshold(diameterChange, days),
  };
  const byVolume =
    volumes === null || repeatability === null ? null : direction(Math.log(volumes[1] / volumes[0]), Math.log(1 + repeatability));
  const byDiameter = diameterChange === null ? null : direction(diameterChange, growthMm);
  if (byVolume === null && byDiameter === null) return { change: "cannot-tell", growth, because: [reason("growth.not-measured")] };
  const one = byVolume ?? byDiameter ?? 0;
  const other = byDiameter ?? one;
  const contradicted = one * other < 0 || (one === 0 && other !== 0);
  if (contradicted)
    return { change: "cannot-tell", growth, because: [reason("growth.volume-and-diameter-differ", { changeMm: diameterChange ?? 0 })] };
  const change = one > 0 ? "grown" : one < 0 ? "shrunken" : "stable";
  return { change, growth, because: [...volumeSaid(growth, one), ...diameterSaid(growth), ...timeSaid(growth, one)] };
}

/** 1 up, −1 down by more than what is noise, 0 else. */
const direction = (change: number, noise: number): -1 | 0 | 1 => (change > noise ? 1 : change < -noise ? -1 : 0);

function overThreshold(changeMm: number | null, days: number | null): Growth["overThreshold"] {
  if (changeMm === null) return "unknown";
  if (changeMm <= growthMm) return "no";
  return days === null ? "unknown" : days <= twelveMonthsDays ? "yes" : "slowly";
}

function volumeSaid({ volumeChangePercent: percent, repeatabilityPercent, priorVolumeMm3 }: Growth, way: number): Reason[] {
  if (percent === null || repeatabilityPercent === null || priorVolumeMm3 === null) return [reason("growth.diameter-only")];
  const values = { percent, repeatabilityPercent, priorMm3: priorVolumeMm3 };
  return [reason(way === 0 ? "growth.volume-within-noise" : "growth.volume-changed", values)];
}

const diameterSaid = ({ meanDiameterChangeMm: changeMm, priorMeanDiameterMm: priorMm }: Growth): Reason[] =>
  changeMm === null || priorMm === null ? [] : [reason("growth.diameter-changed", { changeMm, priorMm })];

function timeSaid({ doublingTime: time, days }: Growth, way: number): Reason[] {
  if (days === null) return [reason("growth.no-dates")];
  if (time === null || time.days === null || way === 0) return [];
  if (time.lowDays === null || time.highDays === null) return [];
  const [low, high] = [Math.abs(time.lowDays), Math.abs(time.highDays)].sort((a, b) => a - b) as [number, number];
  return [reason(way > 0 ? "growth.doubling-time" : "growth.halving-time", { days: Math.abs(time.days), low, high })];
}
