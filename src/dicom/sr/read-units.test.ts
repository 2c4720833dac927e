import { expect, test } from "vitest";
import { toFraction, toMm, toMm3 } from "./read-units.ts";

const ucum = (value: string) => ({ value, scheme: "UCUM", meaning: value });

test.each([
  [12.5, "mm", 12.5],
  [1.25, "cm", 12.5],
  [0.0125, "m", 12.5],
  [12500, "um", 12.5],
])("%f %s are %f mm", (value, unit, mm) => expect(toMm(value, ucum(unit))).toBeCloseTo(mm, 12));

test.each([
  [1370, "mm3", 1370],
  [1.37, "cm3", 1370],
  [1.37, "mL", 1370],
  [1.37, "ml", 1370],
  [0.00137, "L", 1370],
])("%f %s are %f mm³", (value, unit, mm3) => expect(toMm3(value, ucum(unit))).toBeCloseTo(mm3, 9));

test.each(["", "MM", "Cm", "[in_i]", "px", "{pixels}", "mm2", "mm3", "constructor", "1"])("a value in “%s” never becomes mm", (unit) => {
  expect(toMm(5, ucum(unit))).toBeNull();
});

test.each(["mm", "mm2", "ML", "[cin_i]", "{voxels}", "toString"])("a value in “%s” never becomes mm³", (unit) => {
  expect(toMm3(5, ucum(unit))).toBeNull();
});

test("a unit of another scheme than UCUM is not converted", () => {
  expect(toMm(5, { value: "mm", scheme: "99VENDOR", meaning: "millimetre" })).toBeNull();
});

test("a certainty of 87 % is .87, and one that is no share of a whole is none", () => {
  expect(toFraction(87, ucum("%"))).toBe(0.87);
  expect(toFraction(0.87, ucum("1"))).toBe(0.87);
  expect(toFraction(870, ucum("%"))).toBeNull();
  expect(toFraction(87, ucum("1"))).toBeNull();
  expect(toFraction(3, ucum("{0:5}"))).toBeNull();
});
