import type { Attributes } from "../attributes.ts";
import { tag } from "../tags.ts";

/** How stored values become greys: rescale (PS3.3 C.11.1), and the first window of the header (C.11.2) in units of the rescaled values; null where it has none. */
export interface GreyScale {
  readonly rescale: { readonly slope: number; readonly intercept: number };
  readonly window: { readonly centerHu: number; readonly widthHu: number } | null;
}

const frameVoiLutSequence = "x00289132";
const windowCenter = "x00281050";
const windowWidth = "x00281051";

/** The grey scale of one frame, from the top of the header or from its functional groups. @param index from 0 */
export function greyScaleOf(attributes: Attributes, index: number): GreyScale {
  const perFrame = attributes.items(tag.perFrameFunctionalGroupsSequence)[index];
  const shared = attributes.items(tag.sharedFunctionalGroupsSequence)[0];
  const group = (sequence: string): Attributes => perFrame?.items(sequence)[0] ?? shared?.items(sequence)[0] ?? attributes;
  const values = group(tag.pixelValueTransformationSequence);
  const voi = group(frameVoiLutSequence);
  const center = voi.decimal(windowCenter);
  const width = voi.decimal(windowWidth);
  return {
    rescale: { slope: values.decimal(tag.rescaleSlope) ?? 1, intercept: values.decimal(tag.rescaleIntercept) ?? 0 },
    window: center !== null && width !== null && width >= 1 ? { centerHu: center, widthHu: width } : null,
  };
}
