import type { Messages } from "./message.ts";

/** The page for the person who was examined, in plain words. Nothing here is a diagnosis. */
export const patientPageMessages = {
  "patient-page.title": { en: "Your chest CT in plain words", zh: "您的胸部CT：通俗说明" },
  "patient-page.status": { en: "Report signed by {name}, {organization}, {date}", zh: "报告由 {name}（{organization}）于 {date} 签署" },
  "patient-page.status-detail": {
    en: "This page explains the signed report. It is not a diagnosis: it does not say that you have an illness, nor that you have none. Your doctor decides with you what to do.",
    zh: "本页说明已签署的报告，不是诊断：既不表示您患有某种疾病，也不表示您没有疾病。如何处理由您的医生与您共同决定。",
  },
  "patient-page.footer": {
    en: "Not a diagnosis · made with a program that is not a certified medical device",
    zh: "不是诊断 · 由程序辅助生成，该程序不是经认证的医疗器械",
  },
  "patient-page.found": { en: "What was found", zh: "发现了什么" },
  "patient-page.none": {
    en: "No spot (nodule) in the lungs stands in the report. That does not rule out every illness.",
    zh: "报告中没有记录肺内小结节。这并不能排除所有疾病。",
  },
  "patient-page.partial": {
    en: "Not all of your lungs could be read by the program. Ask your doctor what that means for you.",
    zh: "程序未能阅完您的全部肺部图像，请向医生询问其影响。",
  },
  "patient-page.some": {
    en: "Your doctor agreed with {count} {count|spot|spots} in the lungs. Such a spot is called a nodule.",
    zh: "医生确认肺内有 {count} 处小结节。",
  },
  "patient-page.nodule": { en: "No. {number}: {side}, {kind}{size}{change}.", zh: "第 {number} 号：{side}，{kind}{size}{change}。" },
  "patient-page.mass": { en: "a spot over 30 mm", zh: "大于 30 mm 的病灶" },
  "patient-page.solid": { en: "a dense spot (solid nodule)", zh: "致密的小结节（实性结节）" },
  "patient-page.part-solid": {
    en: "a spot that is partly dense, partly hazy (part-solid nodule)",
    zh: "部分致密、部分淡薄的小结节（部分实性结节）",
  },
  "patient-page.non-solid": { en: "a hazy spot (ground-glass nodule)", zh: "淡薄的小结节（磨玻璃结节）" },
  "patient-page.unknown": { en: "a spot (nodule)", zh: "小结节" },
  "patient-page.size": { en: ", about {mm:0} mm across", zh: "，直径约 {mm:0} mm" },
  "patient-page.chance": { en: "How many such spots are cancer", zh: "这样的结节有多少是癌症" },
  "patient-page.of-hundred": {
    en: "No. {number}: of 100 such nodules, {count} are cancer.",
    zh: "第 {number} 号：100 个这样的结节中，{count}是癌症。",
  },
  "patient-page.fewer-than-one": { en: "fewer than 1", zh: "不到 1 个" },
  "patient-page.about": { en: "about {count}", zh: "约 {count} 个" },
  "patient-page.between": { en: "between {low} and {high}", zh: "{low} 到 {high} 个" },
  "patient-page.model": {
    en: "Counted by one published model, {model}. It was made from other people: {population} How well it fits you, your doctor can say; other models give other numbers.",
    zh: "按一个已发表的模型（{model}）计算。该模型来自其他人群：{population}是否适合您，请询问医生；其他模型会得出不同的数字。",
  },
  "patient-page.used": { en: "It used: {inputs}.", zh: "所用信息：{inputs}。" },
  "patient-page.input": { en: "{input}: {value:word}", zh: "{input}：{value:word}" },
  "patient-page.range": {
    en: "The number is a range because this is not known: {inputs}.",
    zh: "因以下信息未知，数字为一个范围：{inputs}。",
  },
  "patient-page.no-chance": { en: "The report holds no number for this; ask your doctor.", zh: "报告中没有这方面的数字，请询问医生。" },
  "patient-page.when": { en: "When to come back", zh: "何时复查" },
  "patient-page.step": { en: "The guideline {guideline} says: {step}.", zh: "指南（{guideline}）的建议：{step}。" },
  "patient-page.open": {
    en: "What is known is not enough for one answer. Ask your doctor when to come back.",
    zh: "现有信息不足以给出唯一的答案，请询问医生何时复查。",
  },
  "patient-page.first": {
    en: "If your doctor told you another time, what your doctor said holds.",
    zh: "如果医生告诉您的时间不同，以医生的意见为准。",
  },
  "patient-page.ask": { en: "Whom to ask", zh: "向谁咨询" },
  "patient-page.ask-whom": {
    en: "Ask the doctor who sent you for the scan, or {name}, who signed the report. Take this page with you.",
    zh: "请咨询为您开具检查的医生，或签署报告的 {name}。就诊时请带上本页。",
  },

  "patient-page.unsigned": {
    en: "The page for the patient is written only for a report that a physician has signed.",
    zh: "患者说明页仅在医师签署报告后生成。",
  },
  "patient-page.undecided": {
    en: "{count} {count|mark is|marks are} neither accepted nor rejected: no page for the patient is written.",
    zh: "有 {count} 处标记尚未采纳或否定：不生成患者说明页。",
  },
  "patient-page.not-read": {
    en: "The lungs were not read: no page for the patient is written.",
    zh: "未进行肺部阅片：不生成患者说明页。",
  },
} as const satisfies Messages;
