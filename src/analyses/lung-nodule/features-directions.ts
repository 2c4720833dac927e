import type { Vector3 } from "../../volume/space.ts";

/** Directions over the whole sphere and, for each, those next to it. */
export interface Directions {
  readonly units: readonly Vector3[];
  /** Index of the opposite direction. */
  readonly opposite: readonly number[];
  /** Indices of the directions within 1.6 mean spacings. */
  readonly neighbours: ReadonlyArray<readonly number[]>;
}

/**
 * Evenly spread directions: a golden-angle spiral over the upper half sphere and its point mirror, so that every direction has an exact opposite.
 * @param count even
 */
export function evenDirections(count: number): Directions {
  const half = count / 2;
  const golden = Math.PI * (3 - Math.sqrt(5));
  const upper = Array.from({ length: half }, (_, n): Vector3 => {
    const z = (n + 0.5) / half;
    const radius = Math.sqrt(1 - z * z);
    return [radius * Math.cos(golden * n), radius * Math.sin(golden * n), z];
  });
  const units = [...upper, ...upper.map(([x, y, z]): Vector3 => [-x, -y, -z])];
  const nearest = Math.cos(1.6 * Math.sqrt((4 * Math.PI) / count));
  const neighbours = units.map((a, n) =>
    units.flatMap((b, m) => (m !== n && a[0] * b[0] + a[1] * b[1] + a[2] * b[2] > nearest ? [m] : [])),
  );
  return { units, opposite: units.map((_, n) => (n + half) % count), neighbours };
}
