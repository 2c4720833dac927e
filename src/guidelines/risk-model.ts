import { logistic } from "../base/logistic.ts";
import type { Basis, UsedInput } from "../findings/assessment.ts";
import { isSpan } from "./domain.ts";
import { given } from "./field.ts";
import { type Facts, type InputCode, isChoice, type NumberInput, numbers, type ValueOf } from "./input.ts";

type Value = string | number;

/** What one input, or some that belong together, add to x. */
export interface Term {
  readonly inputs: readonly InputCode[];
  /** Takes the values in the order of the inputs, each in its own unit; of a number it may only rise or only fall. */
  readonly points: (...values: Value[]) => number;
  /** A value whose coefficient no second source confirms. */
  readonly unconfirmed?: string;
}

/** p = 1/(1+e^−x), x = intercept + the points of every term + the coefficient of an inner model times its p. */
export interface RiskModel {
  /** With the year. Its words are `risk-model.<id>.name`, `.population` and `.outcome`. */
  readonly id: string;
  readonly source: string;
  readonly basis: Basis;
  readonly intercept: number;
  readonly terms: readonly Term[];
  readonly inner?: { readonly model: RiskModel; readonly coefficient: number };
}

/** A term whose points are computed. */
export function term<const Codes extends readonly InputCode[]>(
  inputs: Codes,
  points: (...values: { [Index in keyof Codes]: ValueOf<Codes[Index]> }) => number,
  unconfirmed?: string,
): Term {
  return { inputs, points: points as unknown as Term["points"], ...(unconfirmed !== undefined && { unconfirmed }) };
}

/** A term of so many points when the answer is yes. */
export function ifYes(input: InputCode, points: number): Term {
  return { inputs: [input], points: (value) => (value === "yes" ? points : 0) };
}

interface Estimate {
  readonly probability: { readonly low: number; readonly high: number };
  readonly basis: Basis;
  readonly used: readonly UsedInput[];
  readonly missing: readonly InputCode[];
}

/**
 * The probability by a model. Terms add up independently, so with missing inputs the lowest and highest sum over all that they can be
 * are the sums of the lowest and highest points.
 */
export function estimate(model: RiskModel, facts: Facts): Estimate {
  const x = { low: model.intercept, high: model.intercept };
  const fields = new Map(model.terms.flatMap(({ inputs }) => inputs).map((code) => [code, given(facts, code)]));
  const used = new Map([...fields.values()].flatMap((field) => field.used).map((input) => [input.input, input]));
  const missing = new Set<InputCode>();
  let basis = model.basis;
  for (const { inputs, points, unconfirmed } of model.terms) {
    const corners = product(inputs.map((code) => extremes(facts, code)));
    const added = corners.map((values) => points(...values));
    const [least, most] = [Math.min(...added), Math.max(...added)];
    x.low += least;
    x.high += most;
    if (least < most) for (const code of inputs.flatMap((input) => fields.get(input)?.missing ?? [])) missing.add(code);
    if (unconfirmed !== undefined && corners.some((values) => values.includes(unconfirmed))) basis = "secondary";
  }
  if (model.inner !== undefined) {
    const inner = estimate(model.inner.model, facts);
    x.low += model.inner.coefficient * inner.probability.low;
    x.high += model.inner.coefficient * inner.probability.high;
    for (const input of inner.used) used.set(input.input, input);
    for (const code of inner.missing) missing.add(code);
  }
  return { probability: { low: logistic(x.low), high: logistic(x.high) }, basis, used: [...used.values()], missing: [...missing] };
}

/** The values between which everything lies that an input can be. */
function extremes(facts: Facts, code: InputCode): readonly Value[] {
  const { domain, missing } = given(facts, code);
  if (!isSpan(domain)) return domain;
  if (isChoice(code)) throw new RangeError(`${code} has no span`);
  const { decimals, inModels }: NumberInput = numbers[code];
  return missing.length > 0 && inModels !== undefined ? inModels : [domain.low / 10 ** decimals, domain.high / 10 ** decimals];
}

function product(lists: readonly (readonly Value[])[]): Value[][] {
  return lists.reduce<Value[][]>((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]]);
}
