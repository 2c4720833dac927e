import type { Growth } from "./comparison.ts";
import { type OwnCode, ownCode } from "./own-code.ts";

/** A number (low and high are equal) or a range; high is null where it is open. */
export interface Range {
  readonly low: number;
  readonly high: number | null;
}

/** One figure of a growth under its code, in a UCUM unit. */
interface GrowthFigure extends Range {
  readonly code: OwnCode;
  readonly unit: "d" | "mm3" | "%" | "mm";
}

/** Every figure that two sizes of a finding give: time between, changes, and the doubling time with its 95 % interval. A time in which the volume halves has a code of its own. */
export function growthFigures({
  days,
  volumeChangeMm3,
  volumeChangePercent,
  meanDiameterChangeMm,
  doublingTime: time,
}: Growth): GrowthFigure[] {
  return [
    ...figure(ownCode.priorInterval, "d", days),
    ...figure(ownCode.volumeChange, "mm3", volumeChangeMm3),
    ...figure(ownCode.volumeChange, "%", volumeChangePercent),
    ...figure(ownCode.diameterChange, "mm", meanDiameterChangeMm),
    ...(time === null ? [] : [...doubling(time.days, time.days), ...doubling(time.lowDays, time.highDays)]),
  ];
}

const figure = (code: OwnCode, unit: GrowthFigure["unit"], value: number | null): GrowthFigure[] =>
  value === null ? [] : [{ code, unit, low: value, high: value }];

function doubling(lowDays: number | null, highDays: number | null): GrowthFigure[] {
  if (lowDays === null) return [];
  const code = lowDays < 0 ? ownCode.halvingTime : ownCode.doublingTime;
  return [{ code, unit: "d", low: Math.abs(lowDays), high: highDays === null ? null : Math.abs(highDays) }];
}
