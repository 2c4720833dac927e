import type { Messages } from "./message.ts";

/** What `overread serve` and `overread worker` say: settings, intake, jobs. */
export const serverMessages = {
  "cli.bad-setting": {
    en: "These settings cannot be used as they are: {names}. docs/reference/settings.md says what each may be.",
    zh: "以下设置无法使用：{names}。各项取值见 docs/reference/settings.md。",
  },
  "cli.oidc-half-set": {
    en: "Sign-in over OpenID Connect needs all of its settings or none; missing: {names}.",
    zh: "OpenID Connect 登录需要全部相关设置，或一项也不设；缺少：{names}。",
  },
  "cli.worker-needs-database": {
    en: "A worker shares its work through PostgreSQL: set DATABASE_URL. The embedded database belongs to one process, `overread serve`, which reads by itself.",
    zh: "worker 进程通过 PostgreSQL 分担工作：请设置 DATABASE_URL。内嵌数据库只属于一个进程，即 `overread serve`，它会自行阅片。",
  },
  "server.worker-shares-folder": {
    en: "Images are read from the folder {folder}: it must be the same folder that the server uses. For a bucket that all share set OVERREAD_PIXELS.",
    zh: "从目录 {folder} 读取图像：它必须与服务器使用的目录相同。如需共用存储桶，请设置 OVERREAD_PIXELS。",
  },
  "receive.not-as-announced": {
    en: "The object calls itself otherwise than its sender announced it.",
    zh: "对象自身的标识与发送方声明的不一致。",
  },
  "receive.other-bytes": {
    en: "An object of this UID is there already with other content; this one was set aside.",
    zh: "已存在相同 UID 但内容不同的对象；此对象已被隔离。",
  },
  "receive.other-person": {
    en: "The study of this UID belongs to another person; the object was set aside.",
    zh: "此 UID 的检查属于另一人；对象已被隔离。",
  },
  "job.no-images": {
    en: "The study holds no images to read.",
    zh: "该检查没有可阅读的图像。",
  },
  "job.time-limit": {
    en: "The reading was stopped after {minutes} min.",
    zh: "阅片超过 {minutes} 分钟，已停止。",
  },
  "job.memory-limit": {
    en: "The reading was stopped as it took more than {megabytes} MB of memory.",
    zh: "阅片占用内存超过 {megabytes} MB，已停止。",
  },
  "job.child-died": {
    en: "The process that read the study ended unexpectedly (code {code}).",
    zh: "阅片进程意外结束（代码 {code}）。",
  },
  "job.several-studies": {
    en: "The files of this study make {studies} studies.",
    zh: "该检查的文件构成了 {studies} 个检查。",
  },
  "server.embedded-limit": {
    en: "Embedded database: it survives a crash or kill of this program, but not a power cut. The images are safe; `overread reindex` rebuilds the list from them. Set DATABASE_URL for PostgreSQL.",
    zh: "内嵌数据库：程序崩溃或被终止不会丢失数据，但断电可能丢失。图像是安全的；`overread reindex` 可由图像重建列表。如需 PostgreSQL 请设置 DATABASE_URL。",
  },
  "server.listening": {
    en: "Overread is at {url}",
    zh: "Overread 地址：{url}",
  },
  "server.first-password": {
    en: "Set the password of {account}, once, within 24 h: {url}",
    zh: "请在 24 小时内为 {account} 设置密码（仅一次有效）：{url}",
  },
  "server.dicom-listening": {
    en: "DICOM: {aeTitle} at {host}:{port}",
    zh: "DICOM：{aeTitle}，{host}:{port}",
  },
  "server.loopback-only": {
    en: "It listens on this machine only until a password is set (web) and peers are listed (DICOM).",
    zh: "在设置密码（网页）和登记对端（DICOM）之前，仅监听本机。",
  },
  "server.address-in-use": {
    en: "{host}:{port} is taken by another program (system says: {system}). Choose another port in the settings.",
    zh: "{host}:{port} 已被其他程序占用（系统提示：{system}）。请在设置中更换端口。",
  },
  "server.cannot-listen": {
    en: "Cannot listen at {host}:{port} (system says: {system}).",
    zh: "无法在 {host}:{port} 上监听（系统提示：{system}）。",
  },
  "server.dicom-tls": {
    en: "Key, certificate and authorities for DICOM over TLS cannot be used: one of the files is unreadable, is none, or does not fit the others.",
    zh: "无法使用 DICOM TLS 的密钥、证书和证书机构文件：其中有文件无法读取、格式不符或互不匹配。",
  },
  "server.no-such-study": { en: "There is no such study.", zh: "没有这项检查。" },
  "server.reindexed": {
    en: "Entered: {kept}. There already: {known}. Refused: {refused}.",
    zh: "已登记：{kept}。原已存在：{known}。拒绝：{refused}。",
  },
  "server.audit-whole": {
    en: "The audit log is whole: {sequence} records. Note the last hash elsewhere, so that a cut at the end shows: {hash}",
    zh: "审计日志完整：共 {sequence} 条记录。请在别处记下最后的哈希值，以便发现末尾被截断：{hash}",
  },
  "server.audit-broken": { en: "The audit log is BROKEN at record {sequence}.", zh: "审计日志在第 {sequence} 条记录处已被破坏。" },
  "server.no-such-peer": { en: "There is no such peer.", zh: "没有此对端。" },
  "server.job-elsewhere": { en: "The job is not in a state for this, or is gone.", zh: "该任务当前状态不允许此操作，或已不存在。" },
  "server.no-result": { en: "There is no such file in a result of this study.", zh: "该检查的结果中没有此文件。" },
  "server.no-such-finding": { en: "The latest reading of this study has no such mark.", zh: "该检查的最新结果中没有此标记。" },
  "server.bad-request": { en: "The request cannot be understood: {where}.", zh: "无法理解该请求：{where}。" },
  "server.unexpected": { en: "Something went wrong on the server; it was written to its log.", zh: "服务器出错，已记入日志。" },
  "server.no-such-page": { en: "There is nothing at this address.", zh: "该地址没有内容。" },
  "server.not-certified": {
    en: "Not a certified medical device. Every result is unconfirmed until a physician signs it.",
    zh: "本软件不是经认证的医疗器械。所有结果在医师签署之前均未经确认。",
  },
  "server.pages-not-built": {
    en: "The pages of the server could not be built. Run npm ci, then start again.",
    zh: "无法构建服务器页面。请运行 npm ci 后重新启动。",
  },
} as const satisfies Messages;
