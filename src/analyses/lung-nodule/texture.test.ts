import { expect, test } from "vitest";
import { textureOf } from "./texture.ts";

const mixed = (solid: number): Float32Array => Float32Array.from({ length: 100 }, (_, n) => (n < solid ? 0 : -600));

test("texture follows the share of solid voxels", () => {
  expect([0, 4, 6, 50, 80, 81, 100].map((solid) => textureOf(mixed(solid)).texture)).toEqual([
    "non-solid",
    "non-solid",
    "part-solid",
    "part-solid",
    "part-solid",
    "solid",
    "solid",
  ]);
});

test("no voxels, no texture", () => {
  expect(textureOf(new Float32Array(0)).texture).toBe("unknown");
});
