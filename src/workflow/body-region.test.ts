import { expect, test } from "vitest";
import { mayShareRegion, regionsNamed } from "./body-region.ts";

const share = (a: string, b: string): boolean => mayShareRegion(regionsNamed([a, null]), regionsNamed([b]));

test.each([
  ["CHEST", "CT Thorax routine"],
  ["LUNG_SCREENING", "胸部平扫"],
  ["CHEST", "Chest/Abdomen/Pelvis"],
  ["WHOLEBODY", "CHEST"],
  ["CHEST", ""],
  ["", "Routine"],
])("%s and %s may show the same region", (a, b) => expect(share(a, b)).toBe(true));

test.each([
  ["CHEST", "BRAIN"],
  ["胸部", "腹部增强"],
  ["PROSTATE", "BREAST"],
  ["KNEE", "CHEST"],
  ["left leg", "skull"],
])("%s and %s do not", (a, b) => expect(share(a, b)).toBe(false));
