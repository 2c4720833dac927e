import type { Messages } from "./message.ts";

/** How a report puts what guidelines and risk models say. Nothing here is a diagnosis. */
export const assessmentMessages = {
  "assessment.heading": { en: "Guidelines and risk models (unconfirmed)", zh: "指南与风险模型（未经确认）" },
  "assessment.lead": {
    en: "From the unconfirmed marks above and what is known of the person; a physician decides.",
    zh: "依据上述未经确认的标记及已知的受检者资料得出；由医师决定。",
  },
  "assessment.examination": { en: "{guideline}, the examination", zh: "{guideline}，整体检查" },
  "assessment.outcome-rules": { en: "{outcome} ({rules})", zh: "{outcome}（{rules}）" },
  "assessment.raised-by-model": {
    en: "The authors' own model, which is not published, might raise it ({category}).",
    zh: "作者自有模型（未公开）可能将其上调（{category}）。",
  },
  "assessment.as-examination": {
    en: "The same outcomes are possible as for the examination.",
    zh: "可能的结果与整体检查相同。",
  },
  "assessment.as-nodule": {
    en: "The same outcomes are possible as for no. {number}.",
    zh: "可能的结果与第 {number} 号相同。",
  },
  "assessment.line": { en: "{number}. {side}, {image}: {kind}{size}.", zh: "{number}. {side}，{image}：{kind}{size}。" },
  "assessment.line-series": { en: "{image} of “{series}”", zh: "“{series}” {image}" },
  "assessment.line-size": { en: ", {long:1} × {short:1} mm (mean {mean:1} mm)", zh: "，{long:1} × {short:1} mm（平均 {mean:1} mm）" },
  "assessment.line-volume": { en: ", {volumeMm3:0} mm³", zh: "，{volumeMm3:0} mm³" },
  "assessment.line-hu": { en: ", {meanHu:0} HU on average", zh: "，平均 {meanHu:0} HU" },
  "assessment.change-new": { en: "; new", zh: "；新发" },
  "assessment.change-grown": { en: "; grown since the prior examination", zh: "；较既往增大" },
  "assessment.change-stable": { en: "; unchanged since the prior examination", zh: "；较既往无变化" },
  "assessment.change-shrunken": { en: "; smaller than on the prior examination", zh: "；较既往缩小" },
  "assessment.change-cannot-tell": { en: "; change since the prior examination cannot be told", zh: "；较既往的变化无法判断" },
  "assessment.interval": { en: " ({days} days apart)", zh: "（相隔 {days} 天）" },
  "assessment.folded": {
    en: "{count} further solid {count|nodule|nodules} (no. {numbers}) up to {meanMm:1} mm {count|changes|change} nothing: {outcome}",
    zh: "另有 {count} 个实性结节（第 {numbers} 号，最大 {meanMm:1} mm）不改变结论：{outcome}",
  },
  "assessment.no-nodule-lines": { en: "No nodule was marked.", zh: "未标记结节。" },
  "assessment.nodule-lines": { en: "Marked nodules, by {guideline}", zh: "所标记的结节（按 {guideline}）" },
  "assessment.missing": { en: "Missing: {inputs}.", zh: "缺少：{inputs}。" },
  "assessment.assumed": {
    en: "Taken as absent because this program does not look at it: {inputs}.",
    zh: "本程序不评估、按“无”处理：{inputs}。",
  },
  "assessment.rule": { en: "{rule} {basis}", zh: "{rule}{basis}" },
  "assessment.risks-lead": {
    en: "Published models side by side; each holds for its own population, and none is a property of this person. A range: inputs are missing.",
    zh: "各已发表模型并列；每个模型仅适用于其建模人群，并非对本人的判断。区间表示缺少部分信息。",
  },
  "assessment.col-model": { en: "Model", zh: "模型" },
  "assessment.col-nodule": { en: "No. {number}, %", zh: "{number}号/%" },
  "assessment.col-population": { en: "Population; outcome", zh: "建模人群；结局" },
} as const satisfies Messages;
