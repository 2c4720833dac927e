type Numbers = ArrayLike<number>;

function requireSome(values: Numbers): void {
  if (values.length === 0) throw new RangeError("needs at least one value");
}

function sorted(values: Numbers): Float64Array {
  return Float64Array.from(values).sort();
}

/** Arithmetic mean. @throws RangeError when there is no value */
export function mean(values: Numbers): number {
  requireSome(values);
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n]!;
  return sum / values.length;
}

/** Sample standard deviation, √(Σ(x − x̄)² / (n − 1)). @throws RangeError when there are fewer than two values */
export function standardDeviation(values: Numbers): number {
  if (values.length < 2) throw new RangeError(`needs at least two values, got ${values.length}`);
  const centre = mean(values);
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += (values[n]! - centre) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

/**
 * The value below which a fraction of the sample lies, linear between order statistics (Hyndman & Fan 1996, definition 7: R's and NumPy's default).
 * @param fraction 0 … 1
 * @throws RangeError when there is no value or the fraction is out of range
 */
export function quantile(values: Numbers, fraction: number): number {
  requireSome(values);
  if (!(fraction >= 0 && fraction <= 1)) throw new RangeError(`fraction must be within 0 … 1, got ${fraction}`);
  const ordered = sorted(values);
  const at = fraction * (ordered.length - 1);
  const below = Math.floor(at);
  const low = ordered[below]!;
  return at === below ? low : low + (at - below) * (ordered[below + 1]! - low);
}

/** The middle value. @throws RangeError when there is no value */
export function median(values: Numbers): number {
  return quantile(values, 0.5);
}

/** Median of the absolute deviations from the median; × 1.4826 estimates a normal distribution's standard deviation. @throws RangeError when there is no value */
export function medianAbsoluteDeviation(values: Numbers): number {
  const centre = median(values);
  return median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}
