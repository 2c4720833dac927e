import { expect, test } from "vitest";
import { lungWindow, mediastinalWindow, windowed } from "./window.ts";

test("the lung window is black at −1350 HU, white at 150 HU and middle grey at its centre", () => {
  expect([...windowed(Int16Array.of(-1350, -600, 150), lungWindow)]).toEqual([0, 128, 255]);
});

test("the mediastinal window runs from −160 to 240 HU", () => {
  expect([...windowed(Int16Array.of(-200, -160, 240, 900), mediastinalWindow)]).toEqual([0, 0, 255, 255]);
});

test("brighter never turns darker", () => {
  const grey = windowed(
    Int16Array.from({ length: 4000 }, (_, n) => n - 2000),
    lungWindow,
  );
  expect(grey.every((value, n) => n === 0 || value >= grey[n - 1]!)).toBe(true);
});
