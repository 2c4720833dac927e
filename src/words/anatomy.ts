import type { Messages } from "./message.ts";

/** Why there are no lungs to read, what of them is missing, and how good the picture is. */
export const anatomyMessages = {
  "anatomy.too-few-slices": { en: "Only {slices} slices: too few to find the lungs.", zh: "仅有 {slices} 层图像，不足以识别双肺。" },
  "anatomy.no-air": {
    en: "No air anywhere in the picture: not a CT in Hounsfield units, or no chest.",
    zh: "图像中没有空气：不是以 HU 为单位的 CT，或不含胸部。",
  },
  "anatomy.no-body": { en: "No body was found in the picture.", zh: "图像中未识别到人体。" },
  "anatomy.not-hounsfield": {
    en: "Body tissue has a median of {tissueHu}: these values are not Hounsfield units.",
    zh: "人体组织中位值为 {tissueHu}，该数值不是 HU。",
  },
  "anatomy.no-lung-air": { en: "No lungs were found: this is not a chest.", zh: "未识别到肺：该检查不是胸部。" },
  "anatomy.lungs-too-small": {
    en: "What looks like lung holds only {volumeMl} mL: this is not read as a chest.",
    zh: "疑似肺组织仅 {volumeMl} mL，不按胸部阅片。",
  },
  "anatomy.only-lung-bases": {
    en: "Only the lung bases are in the picture ({heightMm} mm): this is not a chest CT.",
    zh: "图像仅包含肺底（{heightMm} mm），不是胸部 CT。",
  },
  "anatomy.only-lung-apices": {
    en: "Only the lung apices are in the picture ({heightMm} mm): this is not a chest CT.",
    zh: "图像仅包含肺尖（{heightMm} mm），不是胸部 CT。",
  },
  "anatomy.apex-cut-off": {
    en: "The scan ends within the lungs at the top (lung section {sectionCm2} cm² on the last slice): what lies above was not read.",
    zh: "扫描上缘未包全肺尖（最上层肺截面 {sectionCm2} cm²），其上方未阅。",
  },
  "anatomy.base-cut-off": {
    en: "The scan begins within the lungs at the bottom (lung section {sectionCm2} cm² on the first slice): what lies below was not read.",
    zh: "扫描下缘未包全肺底（最下层肺截面 {sectionCm2} cm²），其下方未阅。",
  },
  "anatomy.right-lung-missing": {
    en: "No air-filled right lung was found: the right side was not read.",
    zh: "未识别到含气的右肺：右侧未阅。",
  },
  "anatomy.left-lung-missing": {
    en: "No air-filled left lung was found: the left side was not read.",
    zh: "未识别到含气的左肺：左侧未阅。",
  },
  "anatomy.right-lung-small": {
    en: "The air-filled right lung has only {percent} % of the left one's volume: what is opaque was not read.",
    zh: "含气右肺体积仅为左肺的 {percent}%：不含气部分未阅。",
  },
  "anatomy.left-lung-small": {
    en: "The air-filled left lung has only {percent} % of the right one's volume: what is opaque was not read.",
    zh: "含气左肺体积仅为右肺的 {percent}%：不含气部分未阅。",
  },
  "anatomy.lung-cut-by-field-of-view": {
    en: "The edge of the field of view cuts the lungs (over {surfaceCm2} cm²): what lies beyond was not read.",
    zh: "视野边缘截断肺组织（约 {surfaceCm2} cm²），视野外部分未阅。",
  },
  "anatomy.no-trachea": { en: "No trachea was found in the picture.", zh: "图像中未识别到气管。" },
} as const satisfies Messages;
