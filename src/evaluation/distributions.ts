/** Lanczos coefficients for g = 7, n = 9 (Godfrey 2001): 15 digits. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * ln Γ(x).
 * @throws RangeError when x is not positive
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs x > 0, got ${x}`);
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const y = x - 1;
  const t = y + 7.5;
  const series = LANCZOS.reduce((sum, c, n) => (n === 0 ? c : sum + c / (y + n)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(series);
}

/**
 * Regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b); continued fraction by Lentz's method
 * (DLMF 8.17.22).
 * @throws RangeError when a or b is not positive or x is outside 0 … 1
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) throw new RangeError(`betaCdf needs a, b > 0 and 0 ≤ x ≤ 1, got ${x}, ${a}, ${b}`);
  if (x === 0 || x === 1) return x;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const fraction = lentz((n) => {
    if (n === 0) return [1, 1];
    const m = n >> 1;
    const numerator = n % 2 === 0 ? (m * (b - m) * x) / ((a + n - 1) * (a + n)) : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
    return [numerator, 1];
  });
  return front * fraction;
}

/**
 * Regularised lower incomplete gamma function P(a, x), the distribution function of Gamma(a, 1); series below a + 1, continued fraction above
 * (DLMF 8.11.4, 8.9.2).
 * @throws RangeError when a is not positive or x negative
 */
export function gammaCdf(x: number, a: number): number {
  if (!(a > 0 && x >= 0)) throw new RangeError(`gammaCdf needs a > 0 and x ≥ 0, got ${x}, ${a}`);
  if (x === 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  return 1 - front * lentz((n) => (n === 0 ? [1, x + 1 - a] : [-n * (n - a), x + 2 * n + 1 - a]));
}

/** The continued fraction c0/(d0 + c1/(d1 + …)) by the modified method of Lentz. */
function lentz(term: (n: number) => readonly [number, number]): number {
  const tiny = 1e-300;
  let value = tiny;
  let c = tiny;
  let d = 0;
  for (let n = 0; n < 10_000; n++) {
    const [a, b] = term(n);
    d = b + a * d || tiny;
    c = b + a / c || tiny;
    d = 1 / d;
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

/** Standard normal distribution function: Φ(z) = ½ (1 ± P(½, z²/2)). */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError("normalCdf needs a number");
  if (z < 0) return 0.5 * upperHalf((z * z) / 2);
  return 0.5 * (1 + (z === Number.POSITIVE_INFINITY ? 1 : gammaCdf((z * z) / 2, 0.5)));
}

/** 1 − P(½, x) without cancellation. */
function upperHalf(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x < 1.5) return 1 - gammaCdf(x, 0.5);
  return Math.exp(0.5 * Math.log(x) - x - logGamma(0.5)) * lentz((n) => (n === 0 ? [1, x + 0.5] : [-n * (n - 0.5), x + 2 * n + 0.5]));
}

/** @throws RangeError when the share is not strictly between 0 and 1 */
export function normalQuantile(share: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`a share must lie between 0 and 1, got ${share}`);
  return invert(normalCdf, share, -40, 40);
}

/** @throws RangeError when the share is outside 0 … 1 or a or b is not positive */
export function betaQuantile(share: number, a: number, b: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a share must lie in 0 … 1, got ${share}`);
  return invert((x) => betaCdf(x, a, b), share, 0, 1);
}

/** @throws RangeError when the share is not in 0 … 1 (1 excluded) or a is not positive */
export function gammaQuantile(share: number, a: number): number {
  if (!(share >= 0 && share < 1)) throw new RangeError(`a share must lie in 0 … 1, got ${share}`);
  let high = a + 1;
  while (gammaCdf(high, a) < share) high *= 2;
  return invert((x) => gammaCdf(x, a), share, 0, high);
}

/** Quantile of Fisher's F by that of the beta distribution: x/(1 − x) · d2/d1 with x of Beta(d1/2, d2/2). */
export function fQuantile(share: number, d1: number, d2: number): number {
  const x = betaQuantile(share, d1 / 2, d2 / 2);
  return (x / (1 - x)) * (d2 / d1);
}

/** Bisection of a rising function down to neighbouring doubles. */
function invert(rising: (x: number) => number, value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
}
