import type { Messages } from "./message.ts";

/** What is said of the comparison with a prior examination: why it cannot be made, what became of each finding, how it grew. */
export const growthMessages = {
  "growth.prior-unreadable": {
    en: "Nothing that can be compared with was found in the prior path.",
    zh: "既往路径中未找到可供对比的检查。",
  },
  "growth.prior-several-patients": {
    en: "The prior path holds examinations of several patients: not compared.",
    zh: "既往路径中含多名患者的检查：未作对比。",
  },
  "growth.prior-other-patient": {
    en: "The prior examination is of another patient: not compared.",
    zh: "既往检查属于其他患者：未作对比。",
  },
  "growth.prior-patient-unknown": {
    en: "The files do not say whether both examinations are of one patient: not compared.",
    zh: "文件未说明两次检查是否属同一患者：未作对比。",
  },
  "growth.prior-same-study": {
    en: "The prior path holds only this same examination: not compared.",
    zh: "既往路径中仅含本次检查：未作对比。",
  },
  "growth.prior-newer": {
    en: "The examination in the prior path is newer than this one: not compared.",
    zh: "既往路径中的检查晚于本次检查：未作对比。",
  },
  "growth.prior-report-empty": {
    en: "The prior report codes no nodule: nothing can be compared with.",
    zh: "既往报告未编码任何结节：无可对比。",
  },
  "growth.no-registration": {
    en: "The prior is a report without images: nothing was registered, and nothing could be looked for at its place.",
    zh: "既往资料仅有报告而无图像：未作配准，也无法在相应位置复查。",
  },
  "growth.matched-by-uid": {
    en: "The prior report names it by the same tracking UID.",
    zh: "与既往报告中的追踪 UID 相同。",
  },
  "growth.matched-by-place": {
    en: "Taken for the nodule of the prior report that lies nearest in the same frame of reference (not registered).",
    zh: "按同一参考坐标系中的位置与既往报告结节对应（未配准）。",
  },
  "growth.matched-by-side-and-size": {
    en: "Taken for the only nodule of like size that the prior report has on this side: not certain to be the same.",
    zh: "按同侧且大小相近的唯一结节与既往报告对应：不能确定为同一结节。",
  },
  "growth.measured-otherwise": {
    en: "The prior was measured by another program or by hand: the limits are those between methods.",
    zh: "既往测量由其他程序或人工完成：误差范围按不同方法间差异计。",
  },
  "growth.not-in-report": {
    en: "No nodule of the prior report is told to be this one; whether it was there then cannot be told.",
    zh: "既往报告中无可对应的结节；当时是否存在无法判断。",
  },
  "growth.not-in-complete-report": {
    en: "New: not listed in the prior report, which a physician signed as complete.",
    zh: "新发：经医师签署为完整的既往报告中未列出。",
  },
  "growth.not-marked-now": {
    en: "No mark of this examination is told to be it; its place could not be looked at.",
    zh: "本次检查无可对应的标记；无法在相应位置复查。",
  },
  "growth.prior-not-read": { en: "Not both examinations could be read: not compared.", zh: "两次检查未能均完成阅片：未作对比。" },
  "growth.no-common-lung": { en: "No lung is seen in both examinations: not compared.", zh: "两次检查无共同可见的肺：未作对比。" },
  "growth.lungs-differ": {
    en: "The lungs of the two examinations differ too much in size (ratio {ratio:1}): not compared.",
    zh: "两次检查的肺体积相差过大（比值 {ratio:1}）：未作对比。",
  },
  "growth.too-few-matches": {
    en: "Only {count} places of the lungs were found in both examinations: not compared.",
    zh: "两次检查中仅找到 {count} 处对应位置：未作对比。",
  },
  "growth.lungs-do-not-correspond": {
    en: "The lungs of the two examinations do not correspond (neighbouring places disagree by {disagreementMm:1} mm): not compared.",
    zh: "两次检查的肺不能对应（相邻位置相差 {disagreementMm:1} mm）：未作对比。",
  },
  "growth.new": { en: "New: not seen at its place in the prior examination.", zh: "新发：既往检查相应位置未见。" },
  "growth.gone": {
    en: "No longer seen at its place (placed within about {errorMm:1} mm).",
    zh: "相应位置已不可见（定位误差约 {errorMm:1} mm）。",
  },
  "growth.found-again": { en: "Looked for because the prior examination shows it here.", zh: "因既往检查此处有病灶而补充检出。" },
  "growth.found-in-prior": {
    en: "In the prior examination it was below the operating point and was found at its place.",
    zh: "既往检查中低于显示阈值，经定位后检出。",
  },
  "growth.ambiguous": {
    en: "Another finding would fit nearly as well: which is which cannot be told for certain.",
    zh: "另有病灶几乎同样吻合：对应关系不能确定。",
  },
  "growth.not-measured": { en: "Not measured in both examinations.", zh: "两次检查未能均完成测量。" },
  "growth.volume-and-diameter-differ": {
    en: "Volume and diameter do not agree on the change (diameter {changeMm:1} mm): growth cannot be told from noise.",
    zh: "体积与直径变化不一致（直径变化 {changeMm:1} mm）：无法区分生长与测量误差。",
  },
  "growth.diameter-only": { en: "Judged by diameter only: a volume is missing.", zh: "缺少体积数据，仅按直径判断。" },
  "growth.volume-within-noise": {
    en: "Volume {percent:0} % against {priorMm3:0} mm³, within its repeatability of ±{repeatabilityPercent:0} %: cannot be told from noise.",
    zh: "体积较既往 {priorMm3:0} mm³ 变化 {percent:0}%，在重复性误差 ±{repeatabilityPercent:0}% 之内：不能与测量误差区分。",
  },
  "growth.volume-changed": {
    en: "Volume {percent:0} % against {priorMm3:0} mm³ (repeatability ±{repeatabilityPercent:0} %).",
    zh: "体积较既往 {priorMm3:0} mm³ 变化 {percent:0}%（重复性误差 ±{repeatabilityPercent:0}%）。",
  },
  "growth.diameter-changed": {
    en: "Mean diameter {changeMm:1} mm against {priorMm:1} mm.",
    zh: "平均直径较既往 {priorMm:1} mm 变化 {changeMm:1} mm。",
  },
  "growth.doubling-time": {
    en: "Volume doubling time {days:0} days (95 % interval {low:0} to {high:0}).",
    zh: "体积倍增时间 {days:0} 天（95% 区间 {low:0} 至 {high:0}）。",
  },
  "growth.halving-time": {
    en: "Volume halving time {days:0} days (95 % interval {low:0} to {high:0}).",
    zh: "体积减半时间 {days:0} 天（95% 区间 {low:0} 至 {high:0}）。",
  },
  "growth.no-dates": { en: "A date is missing: no doubling time.", zh: "缺少检查日期：无法计算倍增时间。" },
  "report.compared": {
    en: "Compared with the examination of {date}; places are found in it within about {errorMm:1} mm. Unconfirmed, as all marks.",
    zh: "与 {date} 的检查对比；定位误差约 {errorMm:1} mm。与所有标记一样，未经确认。",
  },
  "report.prior-finding": {
    en: "Marked in the prior examination ({size} mm): {change:word}.",
    zh: "既往检查所标记（{size} mm）：{change:word}。",
  },
  "report.comparison": { en: "Compared with the prior examination: {change:word}", zh: "与既往检查对比：{change:word}" },
  "word.change-new": { en: "new", zh: "新发" },
  "word.change-grown": { en: "grown", zh: "增大" },
  "word.change-stable": { en: "stable", zh: "稳定" },
  "word.change-shrunken": { en: "smaller", zh: "缩小" },
  "word.change-gone": { en: "gone", zh: "消失" },
  "word.change-cannot-tell": { en: "cannot be told", zh: "无法判断" },
} as const satisfies Messages;
