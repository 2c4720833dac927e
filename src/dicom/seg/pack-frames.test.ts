import { expect, test } from "vitest";
import { packFrames } from "./pack-frames.ts";

test("the first pixel stands in the lowest bit, and a frame begins within a byte where the last one ended", () => {
  const frames = [{ pixels: [0, 2, 9] }, { pixels: [0] }, { pixels: [9] }];
  expect([...packFrames(frames, 10)]).toEqual([0b0000_0101, 0b0000_0110, 0, 0b0010_0000]);
});
