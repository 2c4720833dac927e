import type { Messages } from "./message.ts";

/** What structured reports say of their own; the rest they share with the report. Nothing here is a diagnosis. */
export const srMessages = {
  "sr.series": { en: "Overread findings (unconfirmed)", zh: "Overread 标记（未经确认）" },
  "sr.score-meaning": {
    en: "Certainty of Finding is the program's suspicion score in percent of its scale: higher is more suspicious, it is not a probability.",
    zh: "Certainty of Finding 为程序可疑程度评分占满分的百分比，越高越可疑，并非概率。",
  },
  "sr.nodule": { en: "Nodule {number}", zh: "结节 {number}" },
  "sr.mass": { en: "Mass {number}", zh: "肿块 {number}" },
  "sr.series-read": { en: 'Series "{name}" was read. {reasons}', zh: "序列“{name}”已阅片。{reasons}" },
  "sr.series-not-read": { en: 'Series "{name}" was not read. {reasons}', zh: "序列“{name}”未阅片。{reasons}" },
  "sr.change": { en: "Compared with the prior examination: {change:word}.", zh: "与既往检查对比：{change:word}。" },
  "sr.risk": {
    en: "{model}: {percent} %. {outcome} Built on: {population}",
    zh: "{model}：{percent}%。{outcome}建模人群：{population}",
  },
  "sr.not-assessed": { en: "Not assessed: {what}", zh: "未评估：{what}" },

  "sr.finding": { en: "{name}: {what}, {where}.", zh: "{name}：{where}，{what}。" },
  "sr.axes": {
    en: "{plane:word} {longAxisMm:1} × {shortAxisMm:1} mm, mean diameter {meanDiameterMm:1} mm.",
    zh: "{plane:word} {longAxisMm:1} × {shortAxisMm:1} mm，平均径 {meanDiameterMm:1} mm。",
  },
  "sr.volume": { en: "Volume {volumeMm3:0} mm³.", zh: "体积 {volumeMm3:0} mm³。" },
  "sr.mean-hu": { en: "Mean {meanHu:0} HU.", zh: "平均 CT 值 {meanHu:0} HU。" },
  "sr.score": { en: "Suspicion score {score:2}, not a probability.", zh: "可疑程度评分 {score:2}，并非概率。" },
} as const satisfies Messages;
