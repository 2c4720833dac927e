/** 1 / (1 + e^−x) */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** ln(p / (1 − p)), the inverse of the logistic. */
export const logit = (p: number): number => Math.log(p / (1 - p));
