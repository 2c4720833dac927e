import { expect, test } from "vitest";
import type { Vector3 } from "../volume/space.ts";
import { windowSpans } from "./window-spans.ts";

const sizes: readonly Vector3[] = [
  [64, 64, 64],
  [283, 200, 318],
  [300, 220, 280],
  [365, 231, 223],
  [17, 411, 1203],
];

test.each(sizes)("every voxel of %d × %d × %d belongs to one span, 16 deep within its window unless at the volume's edge", (...size) => {
  for (const [axis, spans] of windowSpans(size).entries()) {
    const total = 16 * Math.ceil(size[axis as 0 | 1 | 2] / 16);
    expect(spans[0]?.from).toBe(0);
    expect(spans.at(-1)?.to).toBe(total);
    for (const [n, { start, length, from, to }] of spans.entries()) {
      expect([start % 16, length % 16, from % 8, to % 8]).toEqual([0, 0, 0, 0]);
      expect(start + length).toBeLessThanOrEqual(total);
      if (n > 0) expect(from).toBe(spans[n - 1]?.to);
      if (from > 0) expect(from - start).toBeGreaterThanOrEqual(16);
      if (to < total) expect(start + length - to).toBeGreaterThanOrEqual(16);
    }
  }
});

test.each(sizes)("windows over %d × %d × %d hold 6 million voxels at most, and less than three times the volume in all", (...size) => {
  const lengths = windowSpans(size).map((spans) => ({ length: spans[0]?.length ?? 0, count: spans.length }));
  const voxels = lengths.reduce((product, { length }) => product * length, 1);
  expect(voxels).toBeLessThanOrEqual(6e6);
  const padded = size.reduce((product, count) => product * 16 * Math.ceil(count / 16), 1);
  expect(lengths.reduce((product, { count }) => product * count, voxels)).toBeLessThan(3 * padded);
});
