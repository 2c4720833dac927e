import type { Finding, Side, Texture } from "../../findings/finding.ts";
import type { PlaneMeasurement } from "../../findings/measurement.ts";
import { type OwnCode, ownScheme } from "../../findings/own-code.ts";
import type { Code } from "../write/code.ts";
import type { ResultContext } from "../write/result-object.ts";

const dcm = (value: string, meaning: string): Code => ({ value, scheme: "DCM", meaning });
const sct = (value: string, meaning: string): Code => ({ value, scheme: "SCT", meaning });
const ucum = (value: string, meaning: string): Code => ({ value, scheme: "UCUM", meaning });
const loinc = (value: string, meaning: string): Code => ({ value, scheme: "LN", meaning });
const radlex = (value: string, meaning: string): Code => ({ value, scheme: "RADLEX", meaning });

/** A code of the program's own scheme. */
export const own = (code: OwnCode): Code => ({ ...code, scheme: ownScheme.designator });

/** Names of content items (PS3.16 annex D). */
export const concept = {
  // TID 1500 and what it includes
  measurementReport: dcm("126000", "Imaging Measurement Report"), // CID 7021
  procedureReported: dcm("121058", "Procedure reported"),
  imagingMeasurements: dcm("126010", "Imaging Measurements"),
  qualitativeEvaluations: { value: "C0034375", scheme: "UMLS", meaning: "Qualitative Evaluations" },
  // TID 1204, 1002, 1004
  language: dcm("121049", "Language of Content Item and Descendants"),
  observerType: dcm("121005", "Observer Type"),
  deviceObserverUid: dcm("121012", "Device Observer UID"),
  deviceObserverName: dcm("121013", "Device Observer Name"),
  deviceObserverManufacturer: dcm("121014", "Device Observer Manufacturer"),
  deviceObserverModel: dcm("121015", "Device Observer Model Name"),
  deviceObserverSerialNumber: dcm("121016", "Device Observer Serial Number"),
  // TID 1600, 1602, 1604
  imageLibrary: dcm("111028", "Image Library"),
  imageLibraryGroup: dcm("126200", "Image Library Group"),
  modality: dcm("121139", "Modality"),
  frameOfReferenceUid: dcm("112227", "Frame of Reference UID"),
  rows: dcm("110910", "Pixel Data Rows"),
  columns: dcm("110911", "Pixel Data Columns"),
  horizontalSpacing: dcm("111026", "Horizontal Pixel Spacing"),
  verticalSpacing: dcm("111066", "Vertical Pixel Spacing"),
  sliceThickness: dcm("112225", "Slice Thickness"),
  // TID 1411, 1419
  measurementGroup: dcm("125007", "Measurement Group"),
  trackingIdentifier: dcm("112039", "Tracking Identifier"),
  trackingUid: dcm("112040", "Tracking Unique Identifier"),
  finding: dcm("121071", "Finding"),
  findingSite: sct("363698007", "Finding Site"),
  laterality: sct("272741003", "Laterality"),
  imageRegion: dcm("111030", "Image Region"),
  segment: dcm("121191", "Referenced Segment"),
  sourceSeries: dcm("121232", "Source series for segmentation"),
  illustration: dcm("121200", "Illustration of ROI"),
  center: dcm("111010", "Center"),
  path: dcm("121055", "Path"),
  certainty: dcm("111012", "Certainty of Finding"),
  volume: sct("118565006", "Volume"), // CID 7472
  longAxis: sct("103339001", "Long Axis"), // CID 7470
  shortAxis: sct("103340004", "Short Axis"), // CID 7470
  diameter: sct("81827009", "Diameter"), // CID 7470
  attenuation: dcm("112031", "Attenuation Coefficient"), // CID 6141
  lesionCount: sct("246206008", "Number of lesions"),
  derivation: dcm("121401", "Derivation"),
  plane: dcm("111031", "Image View"),
  texture: radlex("RID6037", "Attenuation Characteristic"),
  comment: dcm("121106", "Comment"),
  change: dcm("111021", "Description of Change"),
  followUp: dcm("111053", "Recommended Follow-up"),
  followUpInterval: dcm("111055", "Recommended Follow-up Interval"), // in months, CID 6046
  impression: dcm("111034", "Individual Impression/Recommendation"),
  assessmentCategory: dcm("111005", "Assessment Category"),
  probability: dcm("122157", "Probability"), // of a published model; never that of our score
  compared: dcm("122140", "Comparison with Prior Exam Done"),
  studyInstanceUid: dcm("110180", "Study Instance UID"),
  // TID 4019
  algorithmName: dcm("111001", "Algorithm Name"),
  algorithmVersion: dcm("111003", "Algorithm Version"),
  algorithmParameters: dcm("111002", "Algorithm Parameters"),
  outcome: dcm("111017", "CAD Processing and Findings Summary"),
} as const satisfies Record<string, Code>;

/** CID 6047: what the analyses of a read came to, as one statement. */
export const outcome = {
  allWith: dcm("111242", "All algorithms succeeded; with findings"),
  allWithout: dcm("111241", "All algorithms succeeded; without findings"),
  someWith: dcm("111244", "Not all algorithms succeeded; with findings"),
  someWithout: dcm("111243", "Not all algorithms succeeded; without findings"),
  none: dcm("111245", "No algorithms succeeded; without findings"),
} as const satisfies Record<string, Code>;

/** CID 230. */
export const yes = sct("373066001", "Yes");
export const no = sct("373067005", "No");

export const device = dcm("121007", "Device"); // CID 270
export const lung = sct("39607008", "Lung");
export const bilateral = sct("51440002", "Bilateral"); // CID 244

/** CID 244. */
export const laterality: Readonly<Record<Exclude<Side, "unknown">, Code>> = {
  left: sct("7771000", "Left"),
  right: sct("24028007", "Right"),
};

export const findingKind: Readonly<Record<Finding["kind"], Code>> = {
  nodule: sct("786838002", "Nodule of lung"),
  mass: sct("309529002", "Mass of lung"),
};

/**
 * No context group of PS3.16 tells the three textures apart (CID 6102 has ground glass opacity alone), so RadLex does: for nodules the terms that public
 * collections code them with, for a mass the one it has that names no nodule. Where there is no term the comments say it.
 */
export const texture: Readonly<Record<Finding["kind"], Partial<Record<Texture, Code>>>> = {
  nodule: {
    solid: radlex("RID50151", "solid pulmonary nodule"),
    "part-solid": radlex("RID50152", "part-solid pulmonary nodule"),
    "non-solid": radlex("RID50153", "non-solid pulmonary nodule"),
  },
  mass: { solid: radlex("RID5741", "solid") },
};

/** CID 501, the value of (111031, DCM, "Image View"). */
export const plane: Readonly<Record<PlaneMeasurement["plane"], Code>> = {
  axial: sct("24422004", "Axial"),
  coronal: sct("81654009", "Coronal"),
  sagittal: sct("30730003", "Sagittal"),
};

/** CID 7464. */
export const derivation = {
  mean: sct("373098007", "Mean"),
  minimum: sct("255605001", "Minimum"),
  maximum: sct("56851009", "Maximum"),
} as const satisfies Record<string, Code>;

/** CID 7181 and others. */
export const unit = {
  mm: ucum("mm", "millimeter"),
  mm3: ucum("mm3", "cubic millimeter"),
  mL: ucum("mL", "milliliter"),
  d: ucum("d", "day"),
  mo: ucum("mo", "month"),
  "[hnsf'U]": ucum("[hnsf'U]", "Hounsfield unit"),
  "%": ucum("%", "Percent"),
  "1": ucum("1", "no units"),
  "{pixels}": ucum("{pixels}", "pixels"),
} as const satisfies Record<string, Code>;

/** CID 5000. */
export const language: Readonly<Record<ResultContext["language"], Code>> = {
  en: { value: "en", scheme: "RFC5646", meaning: "English" },
  zh: { value: "zh-CN", scheme: "RFC5646", meaning: "Chinese (S)" },
};

/** CID 29: the modality of the images that were read. */
export const modality = (value: string): Code => dcm(value, value === "CT" ? "Computed Tomography" : value);

/** CID 100. */
export const procedure = {
  ct: loinc("25045-6", "CT unspecified body region"),
  any: sct("363679005", "Imaging procedure"),
} as const satisfies Record<string, Code>;

/** CID 7000: names neither a modality nor a diagnosis. */
export const radiologyReport = loinc("11528-7", "Radiology Report");

/** CID 7001 headings, each with the CID 7002 name of its paragraphs. */
export const textSection = {
  summary: { name: loinc("55112-7", "Summary"), element: dcm("121111", "Summary") },
  findings: { name: loinc("59776-5", "Findings"), element: dcm("121071", "Finding") },
  procedure: { name: loinc("55111-9", "Current Procedure Descriptions"), element: dcm("121065", "Procedure Description") },
} as const satisfies Record<string, { name: Code; element: Code }>;
export const keyImagesHeading = loinc("55113-5", "Key Images");
