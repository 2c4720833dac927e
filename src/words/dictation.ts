import type { Messages } from "./message.ts";

/** What stands in a dictation beside what the report says too, and what is said of its templates. Nothing here is a diagnosis. */
export const dictationMessages = {
  "dictation.unconfirmed": {
    en: "UNCONFIRMED until a physician signs. Drafted by a program from its own marks; a physician decides.",
    zh: "未经确认：须由医师审核签字后方可使用。由程序依据其标记草拟；由医师决定。",
  },
  "dictation.read-series": { en: "Series “{series}”.", zh: "序列“{series}”。" },
  "dictation.no-prior": { en: "No prior examination was given to compare with.", zh: "未提供可供对比的既往检查。" },
  "dictation.smallest": {
    en: "Solid nodules of about {smallestMm:1} mm or more would be expected to be marked at this slice thickness (a rule, not a measured sensitivity).",
    zh: "在此层厚下，预期可标记约 {smallestMm:1} mm 及以上的实性结节（经验规则，并非实测灵敏度）。",
  },
  "dictation.not-ruled-out": {
    en: "What is not marked is not ruled out: the pictures still have to be read by a physician.",
    zh: "未标记者不代表可以排除，图像仍须由医师阅读。",
  },
  "dictation.other-guidelines": {
    en: "The report also says what others say that may suit: {guidelines}.",
    zh: "其他可能适用的指南见报告：{guidelines}。",
  },
  "dictation.none-such": { en: "Nothing was marked that is {kinds}.", zh: "未标记{kinds}。" },
  "dictation.kind-part-solid": { en: "part-solid", zh: "部分实性结节" },
  "dictation.kind-non-solid": { en: "ground glass", zh: "纯磨玻璃结节" },
  "dictation.kind-mass": { en: "over 30 mm", zh: "大于 30 mm 的肿块" },
  "dictation.kind-new": { en: "new", zh: "新发结节" },
  "dictation.kind-grown": { en: "grown", zh: "增大的结节" },
  "dictation.step-open": {
    en: "open until what is missing is known; a physician decides.",
    zh: "须补全所缺信息后方可确定；由医师决定。",
  },
  "dictation.risk": { en: "no. {number}: {models}", zh: "第 {number} 号：{models}" },
  "dictation.risk-model": { en: "{model} {percent} %", zh: "{model} {percent}%" },

  "template.remark": {
    en: "A remark: it is left out. Lines between a section's opening and closing mark are left out where the report has nothing to say there. The first lines of every dictation, that it is unconfirmed, are not part of a template. Names:",
    zh: "注释：不写入口述报告。某一段落若无内容，其首尾标记之间的各行均略去。口述报告开头的“未经确认”说明不属于模板。可用名称：",
  },
  "template.heading-findings": { en: "FINDINGS", zh: "影像所见" },
  "template.heading-impression": { en: "IMPRESSION (unconfirmed)", zh: "印象（未经确认）" },
  "template.patient": { en: "Patient: ", zh: "患者：" },
  "template.examination": { en: "Examination: ", zh: "检查：" },
  "template.reason": { en: "Reason: ", zh: "检查原因：" },
  "template.technique": { en: "Technique: ", zh: "扫描与图像：" },
  "template.comparison": { en: "Comparison: ", zh: "对比：" },
  "template.guideline": { en: "Guideline: ", zh: "依据指南：" },
  "template.category": { en: "Category of the examination: ", zh: "整体分类：" },
  "template.next-step": { en: "Next step: ", zh: "下一步：" },
  "template.risks": { en: "Risk models, each for its own population:\n", zh: "风险模型（仅适用于各自建模人群）：\n" },
  "template.not-assessed": { en: "Not assessed: ", zh: "未评估：" },

  "cli.template-unknown": {
    en: "Template, line {line}: there is no name “{name}”. There are: {known}.",
    zh: "模板第 {line} 行：没有名称“{name}”。可用名称：{known}。",
  },
  "cli.template-unclosed": {
    en: "Template, line {line}: the section “{name}” that begins here is never closed.",
    zh: "模板第 {line} 行：此处开始的段落“{name}”没有结束标记。",
  },
  "cli.template-unopened": {
    en: "Template, line {line}: the section “{name}” is closed here, but it is not the one that is open.",
    zh: "模板第 {line} 行：此处结束的段落“{name}”并非当前打开的段落。",
  },
  "cli.template-braces": {
    en: "Template, line {line}: two braces without their partner.",
    zh: "模板第 {line} 行：双大括号不成对。",
  },
} as const satisfies Messages;
