import type { Messages } from "./message.ts";

/** What the DICOMweb service says to programs and the people behind them. */
export const dicomWebMessages = {
  "dicom-web.bad-uid": { en: "The address holds what is no UID.", zh: "地址中含有无效的 UID。" },
  "dicom-web.bad-query": {
    en: "The parameter “{parameter}” cannot be understood as it is.",
    zh: "无法理解参数“{parameter}”。",
  },
  "dicom-web.bad-accept": { en: "The Accept header is malformed.", zh: "Accept 请求头格式错误。" },
  "dicom-web.bad-multipart": {
    en: "The body is no whole multipart message.",
    zh: "请求正文不是完整的 multipart 消息。",
  },
  "dicom-web.no-such-object": { en: "No such object is stored here.", zh: "此处未存储该对象。" },
  "dicom-web.no-such-frame": {
    en: "There is no frame {frame}: the object has {frames}.",
    zh: "没有第 {frame} 帧：该对象共有 {frames} 帧。",
  },
  "dicom-web.no-pixels": { en: "The object has no pixels.", zh: "该对象没有像素数据。" },
  "dicom-web.not-acceptable": {
    en: "It can be had only as: {types}.",
    zh: "只能以下列形式提供：{types}。",
  },
  "dicom-web.cannot-decode": {
    en: "The pixels cannot be unpacked here. They can be had as they are stored (transfer-syntax=*).",
    zh: "此处无法解压该像素数据。可按存储形式获取（transfer-syntax=*）。",
  },
  "dicom-web.no-jpeg": {
    en: "Rendered pictures are PNG; JPEG is not offered.",
    zh: "渲染图像为 PNG；不提供 JPEG。",
  },
  "dicom-web.too-large": {
    en: "A request may hold at most {megabytes} MB.",
    zh: "每次请求最多 {megabytes} MB。",
  },
  "dicom-web.other-media-type": {
    en: 'Objects are stored as multipart/related; type="application/dicom".',
    zh: '对象须以 multipart/related; type="application/dicom" 形式存储。',
  },
  "dicom-web.broken-object": {
    en: "The stored file is damaged.",
    zh: "存储的文件已损坏。",
  },
  "dicom-web.fuzzy-ignored": {
    en: "The fuzzymatching parameter is not supported. Only literal matching has been performed.",
    zh: "不支持 fuzzymatching 参数。仅进行了字面匹配。",
  },
  "dicom-web.key-ignored": {
    en: "Objects are not searched by some of the attributes given; these were ignored.",
    zh: "不支持按部分给定属性检索；这些属性已被忽略。",
  },
  "dicom-web.more-results": {
    en: "The number of results exceeded the maximum supported by the server. Additional results can be requested.",
    zh: "结果数超出服务器支持的上限。可继续请求其余结果。",
  },
} as const satisfies Messages;
