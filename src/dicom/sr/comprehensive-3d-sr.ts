import type { ResultObject } from "../write/result-object.ts";
import { inPatient } from "./draw.ts";
import { measurementReport } from "./measurement-report.ts";
import type { SrInput, SrSeries } from "./sr-input.ts";
import { structuredReport } from "./structured-report.ts";

const comprehensive3dSrStorage = "1.2.840.10008.5.1.4.1.1.88.34";

/**
 * A read as Comprehensive 3D SR (PS3.3 A.35.13) after PS3.16 TID 1500, places in the patient. A read without findings and one that was declined make one too.
 * @throws RangeError when a finding names an image that is in no source
 */
export function comprehensive3dSr(input: SrInput, series: SrSeries): ResultObject {
  return structuredReport(comprehensive3dSrStorage, { kind: "sr-comprehensive-3d", ...series }, measurementReport(input, inPatient), input);
}
