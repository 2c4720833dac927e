import { expect, test } from "vitest";
import { seededRandom } from "./seeded-random.ts";

test("one seed gives one stream, another seed another", () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return [random.uniform(), random.normal(), random.integer(1000)];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("uniform and normal numbers have the moments of their distributions within five standard errors", () => {
  const random = seededRandom(1);
  const n = 100_000;
  const uniform = Array.from({ length: n }, random.uniform);
  const normal = Array.from({ length: n }, random.normal);
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(n));
  expect(Math.abs(mean(normal))).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(mean(normal.map((value) => value * value)) - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(n));
});
