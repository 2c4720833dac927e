import { expect, test } from "vitest";
import { concept, unit } from "./codes.ts";
import { numeric } from "./content-item.ts";

const measured = (value: number) => numeric("CONTAINS", concept.volume, value, unit.mm3).MeasuredValueSequence?.[0];

test("a number that sixteen characters cannot hold stands beside its decimal string as an exact double", () => {
  expect(measured(12.5)).toMatchObject({ NumericValue: "12.5" });
  expect(measured(12.5)).not.toHaveProperty("FloatingPointValue");
  expect(measured(-1 / 3)).toMatchObject({ NumericValue: "-0.3333333333333", FloatingPointValue: -1 / 3 });
});
