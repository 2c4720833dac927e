import type { Texture } from "../../findings/finding.ts";

/** At and above this HU tissue counts as solid. */
export const solidHu = -300;
/** Less solid than this is non-solid, more than `solidShare` is solid; between them part-solid. */
const faintShare = 0.05;
const solidShare = 0.8;

/**
 * Solid, part-solid or non-solid by the share of voxels inside the edge at or above −300 HU. A rule, not validated on patients.
 * @param hu values at least half a source voxel inside the edge
 */
export function textureOf(hu: Float32Array): { readonly texture: Texture; readonly solidShare: number } {
  if (hu.length === 0) return { texture: "unknown", solidShare: Number.NaN };
  const share = hu.reduce((count, value) => count + (value >= solidHu ? 1 : 0), 0) / hu.length;
  return { texture: share < faintShare ? "non-solid" : share > solidShare ? "solid" : "part-solid", solidShare: share };
}
