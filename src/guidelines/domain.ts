import { choices, type InputCode, isChoice, type NumberCode, numbers, type ValueOf } from "./input.ts";

/** Every whole number from low to high, counted in the last printed decimal of the input (6.0 mm is 60). */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** The values that an input can still take: one of a list, or a span. A known input has one. */
export type Domain = readonly string[] | Span;

/** A condition on a number, in its own unit. */
export interface Bounds {
  readonly atLeast?: number;
  readonly over?: number;
  readonly below?: number;
  readonly upTo?: number;
}

export type Condition<Code extends InputCode> = Code extends NumberCode ? Bounds : ValueOf<Code> | readonly ValueOf<Code>[];

export function isSpan(domain: Domain): domain is Span {
  return "low" in domain;
}

/** A number as it is printed, in whole units of its last decimal; halves go up. So 7.6 − 6.1 mm is exactly 15 tenths. */
export function printed(code: NumberCode, value: number): number {
  return Math.floor(value * 10 ** numbers[code].decimals + 0.5 + 1e-9);
}

/** What a number can be when nothing is known of it. */
function anyNumber(code: NumberCode): Span {
  return { low: printed(code, numbers[code].from), high: printed(code, numbers[code].to) };
}

/** What an input can be when nothing is known of it. */
export function anyValue(code: InputCode): Domain {
  return isChoice(code) ? choices[code] : anyNumber(code);
}

/** The domain of a known value. */
export function oneValue(code: InputCode, value: string | number): Domain {
  if (isChoice(code)) return [String(value)];
  const whole = printed(code, Number(value));
  return { low: whole, high: whole };
}

/** The values that meet a condition. */
export function meeting(code: InputCode, condition: Condition<InputCode>): Domain {
  if (typeof condition === "string") return [condition];
  if (isChoice(code)) return condition as readonly string[];
  const { atLeast, over, below, upTo } = condition as Bounds;
  const whole = (value: number | undefined, otherwise: number): number => (value === undefined ? otherwise : printed(code, value));
  return {
    low: Math.max(whole(atLeast, -Infinity), whole(over, -Infinity) + 1),
    high: Math.min(whole(upTo, Infinity), whole(below, Infinity) - 1),
  };
}

/** The wanted values of a domain (null: none is) and the rest, in pieces. */
interface Cut {
  readonly inside: Domain | null;
  readonly outside: readonly Domain[];
}

/** Cuts a domain by the values that are wanted. */
export function cut(domain: Domain, wanted: Domain): Cut {
  if (isSpan(domain) && isSpan(wanted)) return cutSpan(domain, wanted);
  if (isSpan(domain) || isSpan(wanted)) throw new RangeError("a number is not cut by a choice, nor a choice by a number");
  if (domain.every((value) => wanted.includes(value))) return { inside: domain, outside: [] };
  const inside = domain.filter((value) => wanted.includes(value));
  if (inside.length === 0) return { inside: null, outside: [domain] };
  return { inside, outside: [domain.filter((value) => !wanted.includes(value))] };
}

function cutSpan(domain: Span, wanted: Span): Cut {
  if (domain.low >= wanted.low && domain.high <= wanted.high) return { inside: domain, outside: [] };
  if (domain.high < wanted.low || domain.low > wanted.high) return { inside: null, outside: [domain] };
  const below = domain.low < wanted.low ? [{ low: domain.low, high: wanted.low - 1 }] : [];
  const above = domain.high > wanted.high ? [{ low: wanted.high + 1, high: domain.high }] : [];
  return { inside: { low: Math.max(domain.low, wanted.low), high: Math.min(domain.high, wanted.high) }, outside: [...below, ...above] };
}
