import type { Messages } from "./message.ts";

/** What `overread findings` says of structured reports and segmentations, and why one could not be read or measured. */
export const findingsCommandMessages = {
  "findings.document": { en: "{type:word} by {maker}, {date}: {status:word}", zh: "{type:word}，{maker}，{date}：{status:word}" },
  "findings.no-maker": { en: "an unnamed maker", zh: "制造商不详" },
  "findings.no-date": { en: "undated", zh: "日期不详" },
  "findings.none-coded": { en: "It codes no finding.", zh: "其中没有编码的所见。" },
  "findings.nothing": { en: "No structured report or segmentation was found.", zh: "未找到结构化报告或分割对象。" },
  "findings.column-kind": { en: "finding", zh: "所见" },
  "findings.column-site": { en: "site", zh: "部位" },
  "findings.column-size": { en: "long × short axis (mm)", zh: "长径 × 短径（mm）" },
  "findings.column-volume": { en: "volume (mm³)", zh: "体积（mm³）" },
  "findings.column-center": { en: "centre (LPS, mm)", zh: "中心（LPS，mm）" },
  "findings.column-certainty": { en: "certainty (%)", zh: "确定程度（%）" },
  "findings.column-algorithm": { en: "made by", zh: "生成方式" },
  "findings.flag": { en: "{which}: {text}", zh: "{which}：{text}" },
  "word.structured-report": { en: "Structured report", zh: "结构化报告" },
  "word.segmentation": { en: "Segmentation", zh: "分割" },
  "word.unconfirmed": { en: "unconfirmed", zh: "未经确认" },
  "word.verified": { en: "verified", zh: "已审核" },
  "word.automatic": { en: "automatic", zh: "自动" },
  "word.semiautomatic": { en: "semi-automatic", zh: "半自动" },
  "word.manual": { en: "by hand", zh: "手工" },

  "code.786838002": { en: "nodule of lung", zh: "肺结节" },
  "code.309529002": { en: "mass of lung", zh: "肺肿块" },
  "code.39607008": { en: "lung", zh: "肺" },
  "code.42400003": { en: "right upper lobe", zh: "右肺上叶" },
  "code.72481006": { en: "right middle lobe", zh: "右肺中叶" },
  "code.266005": { en: "right lower lobe", zh: "右肺下叶" },
  "code.44714003": { en: "left upper lobe", zh: "左肺上叶" },
  "code.41224006": { en: "left lower lobe", zh: "左肺下叶" },
  "code.7771000": { en: "left", zh: "左" },
  "code.24028007": { en: "right", zh: "右" },

  "sr.too-deep": { en: "The report nests more than {levels} levels.", zh: "报告嵌套超过 {levels} 层。" },
  "sr.too-long": { en: "The report holds more than {items} items.", zh: "报告内容超过 {items} 项。" },
  "sr.images-needed": {
    en: "It is drawn on images that were not given, so its place is not known.",
    zh: "所见绘制于未提供的图像上，位置不详。",
  },
  "seg.label-map": { en: "Label map segmentations are not read.", zh: "不支持读取标签图（Label Map）分割对象。" },
  "seg.too-large": { en: "The segmentation is too large ({megavoxels} million voxels).", zh: "分割过大（{megavoxels} 百万体素）。" },
  "seg.frames-contradict": {
    en: "The segmentation says it has {frames} {frames|frame|frames} and describes {described}.",
    zh: "分割对象声明有 {frames} 帧，实际描述了 {described} 帧。",
  },
  "seg.frames-of-no-segment": {
    en: "{count} {count|frame belongs|frames belong} to no segment that the object describes.",
    zh: "{count} 帧不属于对象所描述的任何分割区。",
  },
  "seg.frame-undecodable": { en: "A frame of the segmentation could not be decoded.", zh: "分割对象中有一帧无法解码。" },
  "seg.empty": { en: "The segment is empty.", zh: "该分割区为空。" },
  "seg.fractional": {
    en: "The segmentation is fractional; voxels of at least half of the maximum ({maximum}) count.",
    zh: "该分割为分数型；达到最大值（{maximum}）一半的体素计入。",
  },
  "seg.no-geometry": { en: "Its frames do not say where they lie, so it has no volume.", zh: "分割帧缺少位置信息，无法计算体积。" },
  "seg.mixed-geometry": {
    en: "Its frames lie in different directions or are shifted against each other, so it has no volume.",
    zh: "分割帧方向不一或相互错位，无法计算体积。",
  },
  "seg.one-plane": {
    en: "Its frames lie in one plane and the distance of planes is not said, so it has no volume.",
    zh: "分割帧位于同一平面且未注明层间距，无法计算体积。",
  },
  "seg.irregular-planes": {
    en: "Its planes lie at irregular distances, so it has no volume.",
    zh: "分割帧层间距不规则，无法计算体积。",
  },
  "seg.planes-repeated": {
    en: "{count} of its planes {count|is|are} there more than once, so it has no volume.",
    zh: "有 {count} 个平面重复，无法计算体积。",
  },
  "seg.planes-missing": {
    en: "{count} {count|plane|planes} between its ends {count|is|are} empty or missing; they count nothing.",
    zh: "首末平面之间有 {count} 个平面为空或缺失，未计入。",
  },
} as const satisfies Messages;
