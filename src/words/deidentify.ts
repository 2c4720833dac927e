import type { Messages } from "./message.ts";

/** What the de-identified export says. */
export const deidentifyMessages = {
  "deidentify.unreadable": { en: "The file cannot be read to its end; it was not exported.", zh: "文件无法完整读取；未导出。" },
  "deidentify.encoding": {
    en: "Files in this encoding are not de-identified; it was not exported.",
    zh: "不支持对此编码的文件去标识化；未导出。",
  },
  "deidentify.class": {
    en: "Objects of this kind are not de-identified, as what they say is not known well enough; it was not exported.",
    zh: "此类对象的内容不够明确，不予去标识化；未导出。",
  },
  "deidentify.burned-in": {
    en: "The image says of itself that text stands in its pixels. Look at it before giving it to anybody.",
    zh: "该图像注明像素中含有文字。提供给他人之前请先查看。",
  },
  "deidentify.may-be-burned-in": {
    en: "Images of this kind often show text in their pixels, and this one does not say that it has none. Look at it before giving it to anybody.",
    zh: "此类图像的像素中常含文字，而该图像未注明没有。提供给他人之前请先查看。",
  },
  "cli.no-study": { en: "Say which studies: --study UID, once for each.", zh: "请用 --study UID 指明检查，每项检查一次。" },
  "cli.burned-in-deidentified": {
    en: "--with-burned-in belongs to --deidentify; without it all objects are exported as they are.",
    zh: "--with-burned-in 须与 --deidentify 一起使用；不加 --deidentify 时所有对象均按原样导出。",
  },
  "cli.bad-day": { en: "A day is written as 2026-03-31.", zh: "日期格式为 2026-03-31。" },
  "export.no-such-study": {
    en: "The server has no study of the UID given (number {which}).",
    zh: "服务器中没有给出的第 {which} 个 UID 对应的检查。",
  },
  "export.written": { en: "Exported: {objects}. Left out: {leftOut}. In {path}", zh: "已导出：{objects}。未导出：{leftOut}。位置：{path}" },
  "export.audit-written": { en: "Audit records written: {lines}. In {path}", zh: "已写出审计记录：{lines}。位置：{path}" },
  "export.images-removed": {
    en: "The images of this study are not kept any more; there is nothing to export.",
    zh: "该检查的图像已不再保存；没有可导出的内容。",
  },
  "export.too-large": {
    en: "The object is too large for an export; it was not exported.",
    zh: "对象过大，无法导出；未导出。",
  },
} as const satisfies Messages;
