import type { Messages } from "./message.ts";

/** The pages in the browser: worklist and reading room. */
export const webMessages = {
  "web.unconfirmed": {
    en: "Marks are unconfirmed until a physician signs. Not a certified medical device.",
    zh: "标记在医师签署之前均未经确认。本软件不是经认证的医疗器械。",
  },
  "web.language": { en: "Language", zh: "语言" },
  "web.server-away": {
    en: "The server does not answer. Nothing you said is lost; it is tried again.",
    zh: "服务器没有应答。您的操作不会丢失，系统会自动重试。",
  },
  "web.unexpected": {
    en: "Something went wrong on this page. Reload it; if it happens again, tell whoever runs the server.",
    zh: "本页出现故障。请刷新；若再次发生，请告知服务器管理员。",
  },
  "web.search": { en: "Search", zh: "搜索" },
  "web.all-states": { en: "all", zh: "全部" },
  "web.age": { en: "Age", zh: "年龄" },
  "web.glance": { en: "At a glance", zh: "概览" },
  "web.glance-marks": { en: "{count} {count|mark|marks}", zh: "{count} 处标记" },
  "web.glance-largest": { en: "largest {largestMm:1} mm", zh: "最大 {largestMm:1} mm" },
  "web.no-studies": {
    en: "No study came in yet. Send one to this server; it appears here by itself.",
    zh: "尚未收到检查。请向本服务器发送检查，列表会自动更新。",
  },
  "web.no-match": {
    en: "No study matches. Clear the search or choose another state.",
    zh: "没有符合条件的检查。请清除搜索内容或选择其他状态。",
  },
  "web.worklist-keys": { en: "J/K down and up · Enter opens · / searches", zh: "J/K 下移、上移 · 回车打开 · / 搜索" },
  "web.reading-keys": {
    en: "J/K next, previous · A accept · R reject, then why · U undo · 1–5 window · W window, D distance, B two axes, O region · arrows scroll · Space cine · Esc worklist",
    zh: "J/K 下一个、上一个 · A 接受 · R 拒绝并选原因 · U 撤销 · 1–5 窗位 · W 调窗、D 距离、B 双径、O 区域 · 方向键翻层 · 空格电影播放 · Esc 返回列表",
  },
  "web.images": { en: "Images", zh: "图像" },
  "web.image": { en: "Image", zh: "图像" },
  "web.no-images": { en: "This examination has no images that can be shown.", zh: "本检查没有可显示的图像。" },
  "web.loading-images": { en: "{loaded} of {all} images", zh: "已载入 {loaded} / {all} 幅图像" },
  "web.plane-axial": { en: "axial", zh: "轴位" },
  "web.plane-coronal": { en: "coronal", zh: "冠状位" },
  "web.plane-sagittal": { en: "sagittal", zh: "矢状位" },
  "web.plane-slab": { en: "axial MIP, 10 mm", zh: "轴位 MIP，10 mm" },
  "web.verdicts-waiting": {
    en: "{count} {count|verdict waits|verdicts wait} for the server; kept on this computer until it answers.",
    zh: "{count} 个判定等待服务器确认；确认前保存在本机。",
  },
  "web.verdict-open": { en: "open", zh: "待判定" },
  "web.verdict-accepted": { en: "accepted", zh: "已接受" },
  "web.verdict-rejected": { en: "rejected", zh: "已拒绝" },
  "web.why-rejected": { en: "Why is it no nodule?", zh: "为什么不是结节？" },
  "web.reason-vessel": { en: "vessel", zh: "血管" },
  "web.reason-scar": { en: "scar", zh: "瘢痕" },
  "web.reason-bone": { en: "bone", zh: "骨" },
  "web.reason-lymph-node": { en: "lymph node", zh: "淋巴结" },
  "web.reason-artefact": { en: "artefact", zh: "伪影" },
  "web.reason-known-benign": { en: "known benign", zh: "已知良性" },
  "web.since-prior": { en: "Since the prior examination", zh: "与既往检查相比" },
} as const satisfies Messages;
