import type { Messages } from "./message.ts";

/** What is wrong with the database or the kept images, and why a job was given up. */
export const storeMessages = {
  "store.folder-in-use": {
    en: "Another Overread process uses this data folder. Stop that one first; for several processes use PostgreSQL (DATABASE_URL).",
    zh: "该数据目录正被另一个 Overread 进程使用。请先停止该进程；如需多个进程，请使用 PostgreSQL（DATABASE_URL）。",
  },
  "store.database-gone": {
    en: "The database cannot be reached at the moment. Nothing that was confirmed is lost; try again.",
    zh: "暂时无法连接数据库。已确认的内容不会丢失，请稍后重试。",
  },
  "store.database-refuses": {
    en: "The database refuses this connection (SQLSTATE {sqlstate}). Check user, password and database name in DATABASE_URL.",
    zh: "数据库拒绝该连接（SQLSTATE {sqlstate}）。请检查 DATABASE_URL 中的用户名、密码和数据库名。",
  },
  "store.bad-database-url": {
    en: "DATABASE_URL is postgresql://user:password@host:port/database.",
    zh: "DATABASE_URL 的格式为 postgresql://user:password@host:port/database。",
  },
  "store.postgresql-too-old": {
    en: "The server runs PostgreSQL {version}; version 15 or newer is needed.",
    zh: "服务器运行的是 PostgreSQL {version}，需要 15 或更高版本。",
  },
  "store.schema-newer": {
    en: "The database was written by a newer version of Overread (schema {version}, known here {known}). Install that version.",
    zh: "数据库由更高版本的 Overread 写入（结构版本 {version}，本程序支持到 {known}）。请安装该版本。",
  },
  "store.bucket-gone": {
    en: "The bucket of images cannot be reached at the moment ({because}). Nothing that was confirmed is lost; try again.",
    zh: "暂时无法连接图像存储桶（{because}）。已确认的内容不会丢失，请稍后重试。",
  },
  "store.bucket-refuses": {
    en: "The bucket of images refuses ({because}). Check OVERREAD_PIXELS, the settings OVERREAD_S3_… and the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).",
    zh: "图像存储桶拒绝访问（{because}）。请检查 OVERREAD_PIXELS、OVERREAD_S3_… 设置和凭据（AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY）。",
  },
  "store.no-such-file": {
    en: "The bytes of an image are no longer there.",
    zh: "某幅图像的数据已不存在。",
  },
  "job.worker-lost": {
    en: "The program that worked on it ended or fell silent.",
    zh: "处理该任务的程序已终止或失去响应。",
  },
  "job.expired": { en: "It took longer than allowed.", zh: "处理时间超过限制。" },
  "job.error": { en: "An error that was not foreseen: {error}.", zh: "发生未预料的错误：{error}。" },
} as const satisfies Messages;
