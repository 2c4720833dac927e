import type { ResultObject } from "../write/result-object.ts";
import { onImages } from "./draw.ts";
import { measurementReport } from "./measurement-report.ts";
import type { SrInput, SrSeries } from "./sr-input.ts";
import { structuredReport } from "./structured-report.ts";

const enhancedSrStorage = "1.2.840.10008.5.1.4.1.1.88.22";

/**
 * A read as Enhanced SR (PS3.3 A.35.2): the same tree as the Comprehensive 3D one, but places are drawn on images, so that axes of a plane that is not that of
 * the series have no end points.
 * @throws RangeError when a finding names an image that is in no source
 */
export function enhancedSr(input: SrInput, series: SrSeries): ResultObject {
  return structuredReport(enhancedSrStorage, { kind: "sr-enhanced", ...series }, measurementReport(input, onImages), input);
}
