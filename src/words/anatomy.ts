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
  "quality.outside-air.good": {
    en: "Air outside the body measures {value:0} HU (expected {expected:0}).",
    zh: "体外空气 {value:0} HU（应约 {expected:0}）。",
  },
  "quality.outside-air.limited": {
    en: "Air outside the body measures {value:0} HU instead of {expected:0}: CT numbers are shifted.",
    zh: "体外空气 {value:0} HU（应约 {expected:0}）：CT 值有偏移。",
  },
  "quality.outside-air.unusable": {
    en: "Air outside the body measures {value:0} HU instead of {expected:0}: CT numbers cannot be relied on.",
    zh: "体外空气 {value:0} HU（应约 {expected:0}）：CT 值不可靠。",
  },
  "quality.outside-air.unknown": { en: "Too little air outside the body to check CT numbers.", zh: "体外空气过少，无法校验 CT 值。" },
  "quality.trachea-air.good": { en: "Air in the trachea measures {value:0} HU.", zh: "气管内空气 {value:0} HU。" },
  "quality.trachea-air.limited": {
    en: "Air in the trachea measures {value:0} HU (expected about {expected:0}).",
    zh: "气管内空气 {value:0} HU（应约 {expected:0}）。",
  },
  "quality.trachea-air.unusable": {
    en: "Air in the trachea measures {value:0} HU (expected about {expected:0}): CT numbers cannot be relied on.",
    zh: "气管内空气 {value:0} HU（应约 {expected:0}）：CT 值不可靠。",
  },
  "quality.trachea-air.unknown": { en: "No trachea in the picture to check CT numbers.", zh: "图像中未见气管，无法校验 CT 值。" },
  "quality.noise.good": { en: "Noise in soft tissue is {value:0} HU.", zh: "软组织噪声 {value:0} HU。" },
  "quality.noise.limited": {
    en: "Noise in soft tissue is {value:0} HU: small and faint nodules may be missed.",
    zh: "软组织噪声 {value:0} HU：小结节及淡薄磨玻璃结节可能漏检。",
  },
  "quality.noise.unusable": {
    en: "Noise in soft tissue is {value:0} HU: too much to find small nodules.",
    zh: "软组织噪声 {value:0} HU：过高，无法识别小结节。",
  },
  "quality.noise.unknown": { en: "Too little soft tissue in the picture to measure noise.", zh: "软组织过少，无法测量噪声。" },
  "quality.metal.good": { en: "No metal to speak of ({value:1} mL).", zh: "无明显金属（{value:1} mL）。" },
  "quality.metal.limited": {
    en: "{value:1} mL as bright as metal (metal or dense contrast): streaks may hide or imitate nodules.",
    zh: "金属样高密度（金属或高浓度对比剂）{value:1} mL：条状伪影可能掩盖或类似结节。",
  },
  "quality.apex.good": { en: "The scan reaches above the lung apices.", zh: "扫描上缘包全肺尖。" },
  "quality.apex.limited": {
    en: "{value:0} cm² of lung on the uppermost slice: the apices are cut off.",
    zh: "最上层肺截面 {value:0} cm²：肺尖未包全。",
  },
  "quality.base.good": { en: "The scan reaches below the lung bases.", zh: "扫描下缘包全肺底。" },
  "quality.base.limited": {
    en: "{value:0} cm² of lung on the lowest slice: the bases are cut off.",
    zh: "最下层肺截面 {value:0} cm²：肺底未包全。",
  },
  "quality.lung-cut-off.good": { en: "The field of view holds both sides of the lungs.", zh: "视野包全双侧肺野。" },
  "quality.lung-cut-off.limited": {
    en: "The edge of the field of view cuts the lungs over {value:0} cm².",
    zh: "视野边缘截断肺组织约 {value:0} cm²。",
  },
  "quality.gaps.good": { en: "No gaps: slices every {spacingMm:2} mm.", zh: "层面连续：层间距 {spacingMm:2} mm。" },
  "quality.gaps.limited": {
    en: "Gaps of {value:2} mm between slices (one every {spacingMm:2} mm): what lies in them was not imaged.",
    zh: "层间有 {value:2} mm 间隙（层间距 {spacingMm:2} mm）：间隙内未成像。",
  },
  "quality.gaps.unknown": {
    en: "Slices every {spacingMm:2} mm of unknown thickness: gaps cannot be excluded.",
    zh: "层间距 {spacingMm:2} mm，层厚未知：不能排除间隙。",
  },
  "quality.missing-slices.limited": { en: "{value:0} slices are missing.", zh: "缺失 {value:0} 层图像。" },
} as const satisfies Messages;
