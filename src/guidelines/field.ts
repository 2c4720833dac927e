import type { UsedInput } from "../findings/assessment.ts";
import { anyValue, type Domain, isSpan, oneValue, printed, type Span } from "./domain.ts";
import type { ChoiceCode, Facts, InputCode, NumberCode } from "./input.ts";

/** What an input can be, from which facts that follows, and which unknown facts would narrow it. */
export interface Field {
  readonly domain: Domain;
  readonly used: readonly UsedInput[];
  readonly missing: readonly InputCode[];
}

/** Fields that a guideline makes out of facts: its own notion of growth, of size, of risk. */
export type MadeFields = { readonly [Code in InputCode]?: Field };

/** An input as it stands among the facts. */
export function given(facts: Facts, code: InputCode): Field {
  const fact = (facts as Partial<Record<InputCode, Omit<UsedInput, "input">>>)[code];
  if (fact === undefined) return { domain: anyValue(code), used: [], missing: [code] };
  return { domain: oneValue(code, fact.value), used: [{ input: code, ...fact }], missing: [] };
}

/** A field that follows from others. */
export function made(domain: Domain, ...sources: readonly Field[]): Field {
  return { domain, used: sources.flatMap(({ used }) => used), missing: sources.flatMap(({ missing }) => missing) };
}

/** The span of a number among the facts. */
export function spanOf(facts: Facts, code: NumberCode): Span {
  const { domain } = given(facts, code);
  if (!isSpan(domain)) throw new RangeError(`${code} is not a number`);
  return domain;
}

/** The values that a choice can still take. */
export function valuesOf(facts: Facts, code: ChoiceCode): readonly string[] {
  const { domain } = given(facts, code);
  if (isSpan(domain)) throw new RangeError(`${code} is not a choice`);
  return domain;
}

/** Whether a choice can take this value alone. */
export function isOnly({ domain }: Field, value: string): boolean {
  return !isSpan(domain) && domain.length === 1 && domain[0] === value;
}

/** Yes when one of them is yes, no when all are no, else open. */
export function anyOf(...fields: readonly Field[]): Field {
  const yes = fields.find((field) => isOnly(field, "yes"));
  if (yes !== undefined) return yes;
  return made(fields.every((field) => isOnly(field, "no")) ? ["no"] : ["no", "yes"], ...fields);
}

/** Volumes below the first number stand for sizes from the second up to below the third, in mm. */
export type VolumeBands = readonly (readonly [belowMm3: number, fromMm: number, belowMm: number])[];

/** A size in mm that follows from a volume, by the cut-offs the guideline prints side by side. */
export function sizeByVolume(facts: Facts, size: NumberCode, volume: NumberCode, bands: VolumeBands): Field {
  const field = given(facts, volume);
  const { low: volumeMm3 } = spanOf(facts, volume);
  const band = bands.find(([belowMm3]) => volumeMm3 < belowMm3);
  if (band === undefined) throw new RangeError(`the bands of ${size} end before ${volumeMm3} mm³`);
  return made({ low: printed(size, band[1]), high: printed(size, band[2]) - 1 }, field);
}

/** The mean diameter; where it was not measured, what the volume leaves of it. */
export function meanDiameter(facts: Facts, bands: VolumeBands): Field {
  if (facts.meanMm === undefined && facts.volumeMm3 !== undefined) return sizeByVolume(facts, "meanMm", "volumeMm3", bands);
  return given(facts, "meanMm");
}

/** A solid part that was not measured is at least no larger than the whole. */
export function withinWhole(part: Field, whole: Field): Field {
  if (part.missing.length === 0 || !isSpan(part.domain) || !isSpan(whole.domain)) return part;
  return { ...part, domain: { low: part.domain.low, high: Math.min(part.domain.high, whole.domain.high) }, used: whole.used };
}

/** Whole mm of a span in tenths; halves go up (5.5 is 6). */
export function inWholeMm(field: Field): Field {
  if (!isSpan(field.domain)) throw new RangeError("not a length");
  const whole = (tenths: number): number => Math.floor((tenths + 5) / 10);
  return { ...field, domain: { low: whole(field.domain.low), high: whole(field.domain.high) } };
}
