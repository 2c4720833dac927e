import type { ReportedCode } from "../../findings/reported-finding.ts";

/** UCUM units (case-sensitive, https://ucum.org) → factor to mm, mm³ or a fraction. Any other unit is not converted. */
const lengths: Readonly<Record<string, number>> = { um: 1e-3, mm: 1, cm: 10, dm: 100, m: 1000 };
const volumes: Readonly<Record<string, number>> = {
  mm3: 1,
  uL: 1,
  ul: 1,
  cm3: 1e3,
  mL: 1e3,
  ml: 1e3,
  dm3: 1e6,
  L: 1e6,
  l: 1e6,
  m3: 1e9,
};
const fractions: Readonly<Record<string, number>> = { "%": 0.01, "1": 1, "{0:1}": 1 };

/** @returns null when the unit is no known UCUM length */
export const toMm = (value: number, unit: ReportedCode): number | null => inBase(value, unit, lengths);
/** @returns null when the unit is no known UCUM volume */
export const toMm3 = (value: number, unit: ReportedCode): number | null => inBase(value, unit, volumes);

/** @returns null when the unit is neither percent nor a pure number, or the value is not within 0 … 1 of the whole */
export function toFraction(value: number, unit: ReportedCode): number | null {
  const fraction = inBase(value, unit, fractions);
  return fraction !== null && fraction >= 0 && fraction <= 1 ? fraction : null;
}

function inBase(value: number, { value: code, scheme }: ReportedCode, factors: Readonly<Record<string, number>>): number | null {
  if (scheme !== "UCUM" || !Object.hasOwn(factors, code)) return null;
  const factor = factors[code] ?? Number.NaN;
  // Dividing by a whole number keeps 87 % at .87.
  const converted = factor < 1 ? value / Math.round(1 / factor) : value * factor;
  return Number.isFinite(converted) ? converted : null;
}
