import { expect, test } from "vitest";
import { kernelSharpness } from "./kernel.ts";

test.each([
  ["STANDARD", "soft"],
  ["BONE", "sharp"],
  ["LUNG", "sharp"],
  ["B31f", "soft"],
  ["B41f", "soft"],
  ["B50f", "medium"],
  ["B70f", "sharp"],
  ["Br40f\\3", "soft"],
  ["Bl57d", "sharp"],
  ["I30f", "soft"],
  ["FC07", "soft"],
  ["FC51", "sharp"],
  ["B", "soft"],
  ["YA", "sharp"],
  ["OF MY OWN", "unknown"],
  ["", "unknown"],
  [null, "unknown"],
] as const)("kernel %s is %s", (kernel, sharpness) => {
  expect(kernelSharpness(kernel)).toBe(sharpness);
});
