import { type Reason, reason } from "../../base/reason.ts";
import type { Change, DoublingTime, Growth } from "../../findings/comparison.ts";

/** One finding as one examination measured it. */
export interface Sized {
  readonly volumeMm3: number | null;
  /** Largest mean diameter of any plane. */
  readonly meanDiameterMm: number | null;
  readonly sliceSpacingMm: number | null;
  /** False: by another program or by hand. */
  readonly ownMeasurement?: boolean;
}

/** What two sizes of a finding say. */
export interface Grown {
  readonly change: Exclude<Change, "new">;
  readonly growth: Growth;
  readonly because: readonly Reason[];
}

const growthMm = 1.5;
const twelveMonthsDays = 366;

/** Mean diameters by two readers differ by up to ±1.73 mm (95 %; Revel MP et al., Radiology 2004;231:453–458). */
const betweenReadersMm = 1.73;
/**
 * Volumes by this program and by a reader's outline on one scan differ by up to a factor of 2.2 either way (95 %: benchmarks/accuracy/results/growth.json):
 * so much stands between this program and any other method.
 */
const betweenMethods = 1.2;

/** Thinner slices than these were not simulated, and an unknown thickness is taken for the thicker. */
const simulatedSlicesMm = { thinnest: 1.25, unknown: 2.5 };
/** Less than this is nowhere held to be growth (Bankier AA et al., Radiology 2017;285:584–600; BTS 2015). */
const leastChange = 0.25;

/**
 * 95 % limits of a volume's ratio between two scans of an unchanged nodule, as a fraction. An edge that is off by a part of the slice thickness changes the volume
 * of a ball by six times that over its diameter: ln(V2/V1) lies within ± 1.5 · slice / diameter, fitted on repeat scans of real nodules simulated from the
 * calibration patients and checked on others (benchmarks/accuracy/results/growth.md); never finer than 25 %.
 */
export function volumeRepeatability(diameterMm: number, sliceSpacingMm: number | null): number {
  const sliceMm = Math.max(simulatedSlicesMm.thinnest, sliceSpacingMm ?? simulatedSlicesMm.unknown);
  return Math.max(leastChange, Math.exp((1.5 * sliceMm) / diameterMm) - 1);
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
  const ownMethod = prior.ownMeasurement !== false;
  const noiseMm = ownMethod ? growthMm : betweenReadersMm;
  const spacings = [prior.sliceSpacingMm, now.sliceSpacingMm].filter((mm) => mm !== null);
  const byOwnMethod = volumeRepeatability(diameterMm, spacings.length < 2 ? null : Math.max(...spacings));
  const repeatability = volumes === null ? null : ownMethod ? byOwnMethod : betweenMethods;
  const time = days === null ? null : timeBetween(volumes, repeatability, [prior.meanDiameterMm, now.meanDiameterMm], noiseMm, days);
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
  const byDiameter = diameterChange === null ? null : direction(diameterChange, noiseMm);
  if (byVolume === null && byDiameter === null) return { change: "cannot-tell", growth, because: [reason("growth.not-measured")] };
  const one = byVolume ?? byDiameter ?? 0;
  const other = byDiameter ?? one;
  const contradicted = one * other < 0 || (one === 0 && other !== 0);
  if (contradicted)
    return { change: "cannot-tell", growth, because: [reason("growth.volume-and-diameter-differ", { changeMm: diameterChange ?? 0 })] };
  const change = one > 0 ? "grown" : one < 0 ? "shrunken" : "stable";
  return { change, growth, because: [...volumeSaid(growth, one), ...diameterSaid(growth), ...timeSaid(growth, one)] };
}

/** From the volumes, else from the mean diameters of what is taken for a ball. */
function timeBetween(
  volumes: readonly [number, number] | null,
  repeatability: number | null,
  [priorMm, nowMm]: readonly [number | null, number | null],
  noiseMm: number,
  days: number,
): DoublingTime | null {
  if (volumes !== null && repeatability !== null) return doublingTime(volumes[0], volumes[1], days, repeatability);
  if (priorMm === null || nowMm === null) return null;
  return doublingTime(priorMm ** 3, nowMm ** 3, days, (1 + noiseMm / Math.min(priorMm, nowMm)) ** 3 - 1);
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
