/**
 * Diameter of the ball that holds as much as the object does: d = (6V/π)^(1/3).
 * @param volumeMm3 more than 0
 * @returns mm
 * @throws RangeError when volumeMm3 is not positive and finite
 */
export function equivalentDiameterMm(volumeMm3: number): number {
  if (!(volumeMm3 > 0 && Number.isFinite(volumeMm3))) throw new RangeError(`volumeMm3 must be positive, got ${volumeMm3}`);
  return Math.cbrt((6 * volumeMm3) / Math.PI);
}

/**
 * Volume of a ball: V = π d³ / 6.
 * @param diameterMm more than 0
 * @returns mm³
 * @throws RangeError when diameterMm is not positive and finite
 */
export function ballVolumeMm3(diameterMm: number): number {
  if (!(diameterMm > 0 && Number.isFinite(diameterMm))) throw new RangeError(`diameterMm must be positive, got ${diameterMm}`);
  return (Math.PI * diameterMm ** 3) / 6;
}
