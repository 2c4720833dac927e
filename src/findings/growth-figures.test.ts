import { expect, test } from "vitest";
import type { DoublingTime, Growth } from "./comparison.ts";
import { growthFigures } from "./growth-figures.ts";

const growth = (doublingTime: Omit<DoublingTime, "level"> | null): Growth => ({
  days: 90,
  priorVolumeMm3: 100,
  volumeChangeMm3: null,
  volumeChangePercent: null,
  repeatabilityPercent: 27,
  priorMeanDiameterMm: null,
  meanDiameterChangeMm: null,
  doublingTime: doublingTime && { ...doublingTime, level: 0.95 },
  overThreshold: "unknown",
});
const times = ([days, lowDays, highDays]: readonly [number | null, number | null, number | null]): unknown[] =>
  growthFigures(growth({ days, lowDays, highDays }))
    .slice(1)
    .map(({ code, low, high }) => [code.value, low, high]);

test.each([
  [
    "growth is certain",
    [154, 97, 376],
    [
      ["VDT", 154, 154],
      ["VDT", 97, 376],
    ],
  ],
  [
    "no growth is possible too",
    [400, 120, null],
    [
      ["VDT", 400, 400],
      ["VDT", 120, null],
    ],
  ],
  ["the volumes are equal", [null, 261, null], [["VDT", 261, null]]],
  [
    "it shrank, but growth is possible",
    [-900, 380, null],
    [
      ["VHT", 900, 900],
      ["VDT", 380, null],
    ],
  ],
  [
    "it shrank for certain",
    [-154, -97, -376],
    [
      ["VHT", 154, 154],
      ["VHT", 97, 376],
    ],
  ],
] as const)("where %s the times %j are %j", (_, given, expected) => {
  expect(times(given)).toEqual(expected);
});

test("a figure that is not known is left out", () => {
  expect(growthFigures(growth(null)).map(({ code }) => code.value)).toEqual(["PRIOR-INTERVAL"]);
});
