import type { Messages } from "./message.ts";

/** Moving, backing up, and how long images are kept. */
export const keepingMessages = {
  "cli.move-needs-database": {
    en: "Say where to: set DATABASE_URL to the PostgreSQL database that takes over from the embedded one.",
    zh: "请指明目标：将 DATABASE_URL 设为接替内嵌数据库的 PostgreSQL 数据库。",
  },
  "cli.no-backup-file": { en: "Say which file: overread restore FILE.", zh: "请指明文件：overread restore 文件。" },
  "store.nothing-here": {
    en: "There is no embedded database in this data folder. Check OVERREAD_DATA.",
    zh: "该数据目录中没有内嵌数据库。请检查 OVERREAD_DATA。",
  },
  "store.not-empty": {
    en: "The database holds something already; only an empty one is filled. Nothing was changed.",
    zh: "数据库中已有内容；只能写入空数据库。未作任何更改。",
  },
  "store.copy-incomplete": {
    en: "Of the table {table} {found} rows arrived instead of {expected}. Nothing was kept of the copy.",
    zh: "表 {table} 应有 {expected} 行，实际到达 {found} 行。未保留任何复制内容。",
  },
  "store.restore-into-new": {
    en: "The database has a newer schema than the backup. Restore into a new, empty database; it is brought up to date then.",
    zh: "该数据库的结构版本比备份新。请恢复到新的空数据库，随后会自动升级。",
  },
  "store.no-backup": { en: "There is no backup file that can be read.", zh: "没有可读取的备份文件。" },
  "store.backup-damaged": {
    en: "The backup file is damaged or was cut short. Nothing was restored from it.",
    zh: "备份文件已损坏或不完整。未从中恢复任何内容。",
  },
  "store.backup-newer": {
    en: "The backup was made by a newer version of Overread (schema {version}, known here {known}). Install that version.",
    zh: "备份由更高版本的 Overread 制作（结构版本 {version}，本程序支持到 {known}）。请安装该版本。",
  },
  "output.quota-reached": {
    en: "Images take all the room they may (OVERREAD_QUOTA_GB), and none may be removed yet.",
    zh: "图像已用满允许的空间（OVERREAD_QUOTA_GB），且目前没有可移除的图像。",
  },
  "dicom-web.images-removed": {
    en: "The images of this study were removed on {date}; its results are kept.",
    zh: "该检查的图像已于 {date} 移除；其结果仍保留。",
  },
  "server.images-removed": {
    en: "The images of this study were removed on {date}. Send them again to have it read again.",
    zh: "该检查的图像已于 {date} 移除。如需重新阅片，请再次发送图像。",
  },
  "page.images-removed": { en: "images removed on {date}", zh: "图像已于 {date} 移除" },
  "server.copied": {
    en: "{studies} {studies|study|studies}, {images} {images|image|images}, {verdicts} {verdicts|verdict|verdicts}, {accounts} {accounts|account|accounts}, {audit} audit {audit|record|records}.",
    zh: "{studies} 项检查，{images} 幅图像，{verdicts} 条判定，{accounts} 个账户，{audit} 条审计记录。",
  },
  "server.moved": {
    en: "The database is in PostgreSQL now. What lies in {folder} was left as it was: images and results are used from there unless they went to a bucket. Everybody signs in again, and studies that waited are queued again at the next start.",
    zh: "数据库现已在 PostgreSQL 中。{folder} 中的内容保持原样：除非已复制到存储桶，否则图像和结果仍从此处使用。所有人需重新登录，等待中的检查将在下次启动时重新排队。",
  },
  "server.moved-files": { en: "Files copied to the bucket: {files}.", zh: "已复制到存储桶的文件：{files}。" },
  "server.backed-up": {
    en: "Backup written: {path}. It holds patients and passwords' hashes: keep it safe.",
    zh: "备份已写入：{path}。其中含患者信息和密码散列，请妥善保管。",
  },
  "server.backed-up-in-part": {
    en: "{missing} {missing|file|files} that the database names {missing|is|are} not there; all else is in the backup.",
    zh: "数据库所列的文件有 {missing} 个不存在；其余均在备份中。",
  },
  "server.backed-up-without-images": {
    en: "Images and results are not in it (--pixels puts them in): back them up where they lie.",
    zh: "其中不含图像和结果文件（加 --pixels 可包含）：请在其存放处另行备份。",
  },
  "server.restored": {
    en: "Restored. Everybody signs in again, and studies that waited are queued again at the next start.",
    zh: "已恢复。所有人需重新登录，等待中的检查将在下次启动时重新排队。",
  },
  "server.restored-files": { en: "Files restored: {files}.", zh: "已恢复的文件：{files}。" },
  "server.restored-without-images": {
    en: "The backup held no images: those of before must lie where the settings say.",
    zh: "备份中不含图像：原有图像须位于设置所指的位置。",
  },
} as const satisfies Messages;
