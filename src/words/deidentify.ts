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
} as const satisfies Messages;
