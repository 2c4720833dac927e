import type { Messages } from "./message.ts";

/** What the command line says. */
export const cliMessages = {
  "cli.usage": {
    en: `Usage:
  overread read PATH... --out DIR [--analysis ID] [--prior PATH] [--person FILE.json]
                [--operating-point screening|sensitive|specific] [--all-candidates]
                [--guideline ID] [--template FILE] [--lang en|zh] [--json]
  overread read --demo --out DIR        read a built-in phantom examination
  overread template --guideline ID [--lang en|zh]   print the dictation's template, to edit
  overread phantom --out DIR --seed N   write a phantom chest CT as DICOM, with its truth
  overread evaluate DATASET --out DIR [--data DIR] [--marks FILE.csv] [--threshold N]
                [--trained-on FILE.json] [--allow-contaminated] [--retrain-folds --recipe PROGRAM]
                [--lang en|zh]
  overread send PATH... PEER [--profile auto|full|enhanced|text] [--calling AET] [--tls]
                [--lang en|zh] [--json]
  overread findings PATH... [--lang en|zh] [--json]   what structured reports and segmentations say
  overread route PATH... [--rules FILE.json] [--calling AET] [--host ADDRESS] [--lang en|zh] [--json]
                                        whether a server would read these files, and why; nothing is written
  overread serve                        receive studies, read them, show them: settings are environment variables
  overread worker                       read studies for a server that shares its PostgreSQL
  overread reindex                      enter files that lie among the pixels and are not in the list of studies
  overread export --study UID [--study UID]... --out DIR [--deidentify [--with-burned-in]] [--lang en|zh]
                                        write the objects of studies the server has, as they are or without who they are of
  overread export-audit --out FILE [--from DATE] [--to DATE]   write the audit log as FHIR AuditEvents, one a line
  overread verify-audit                 check that the audit log is whole
  overread move                         copy the embedded database to PostgreSQL (DATABASE_URL)
  overread backup --out FILE [--pixels] write the database, with --pixels the images too, into one file
  overread restore FILE                 fill an empty database from a backup
  overread help | version

PATH is a folder (read with its subfolders), a .zip, a DICOMDIR or DICOM files.
PEER is AET@host:port (C-STORE) or https://host/path (DICOMweb, STOW-RS).
Results of each study stand in DIR/<StudyInstanceUID>/. Every result is unconfirmed until a physician signs.
Overread is not a certified medical device.`,
    zh: `用法：
  overread read 路径... --out 目录 [--analysis 分析] [--prior 路径] [--person 文件.json]
                [--operating-point screening|sensitive|specific] [--all-candidates]
                [--guideline 指南] [--template 文件] [--lang en|zh] [--json]
  overread read --demo --out 目录        读取内置的体模检查
  overread template --guideline 指南 [--lang en|zh]   输出口述报告模板，供编辑
  overread phantom --out 目录 --seed N   生成一套胸部 CT 体模 DICOM 及其真值
  overread evaluate 数据集 --out 目录 [--data 目录] [--marks 文件.csv] [--threshold 数值]
                [--trained-on 文件.json] [--allow-contaminated] [--retrain-folds --recipe 程序]
                [--lang en|zh]
  overread send 路径... 目标 [--profile auto|full|enhanced|text] [--calling AET] [--tls]
                [--lang en|zh] [--json]
  overread findings 路径... [--lang en|zh] [--json]   列出结构化报告与分割对象中的所见
  overread route 路径... [--rules 文件.json] [--calling AET] [--host 地址] [--lang en|zh] [--json]
                                        说明服务器是否会阅读这些文件及其原因；不写入任何内容
  overread serve                        接收、阅读并展示检查；设置见环境变量
  overread worker                       为共用 PostgreSQL 的服务器阅片
  overread reindex                      将已存但未列入检查列表的文件重新登记
  overread export --study UID [--study UID]... --out 目录 [--deidentify [--with-burned-in]] [--lang en|zh]
                                        导出服务器中检查的对象，保持原样或去除身份信息
  overread export-audit --out 文件 [--from 日期] [--to 日期]   将审计日志写成 FHIR AuditEvent，每行一条
  overread verify-audit                 核对审计日志是否完整
  overread move                         将内嵌数据库复制到 PostgreSQL（DATABASE_URL）
  overread backup --out 文件 [--pixels] 将数据库（加 --pixels 时连同图像）写入一个文件
  overread restore 文件                 由备份恢复到空数据库
  overread help | version

路径可以是文件夹（含子文件夹）、.zip、DICOMDIR 或 DICOM 文件。
目标是 AET@host:port（C-STORE）或 https://host/path（DICOMweb，STOW-RS）。
每项检查的结果写在 目录/<StudyInstanceUID>/ 中。医师签署之前，所有结果均未经确认。
Overread 不是经认证的医疗器械。`,
  },
  "cli.unknown-command": { en: "There is no command “{command}”.", zh: "没有名为“{command}”的命令。" },
  "cli.unknown-option": { en: "There is no option “{option}” here.", zh: "此处没有选项“{option}”。" },
  "cli.missing-value": { en: "The option “{option}” needs a value.", zh: "选项“{option}”需要一个值。" },
  "cli.no-out": { en: "Say where the results go: --out DIR.", zh: "请用 --out 目录 指明结果写到哪里。" },
  "cli.no-path": {
    en: "Say what to read: a folder, a .zip, a DICOMDIR or files, or --demo.",
    zh: "请指明要读取的文件夹、.zip、DICOMDIR 或文件，或使用 --demo。",
  },
  "cli.no-report-path": {
    en: "Say where to look: a folder, a .zip, a DICOMDIR or files.",
    zh: "请指明要查看的文件夹、.zip、DICOMDIR 或文件。",
  },
  "cli.demo-and-path": { en: "--demo takes the place of PATH; give one of them.", zh: "--demo 用来代替路径，两者只能给一个。" },
  "cli.bad-operating-point": {
    en: "--operating-point is one of {known}, not “{name}”.",
    zh: "--operating-point 只能是 {known} 之一，不能是“{name}”。",
  },
  "cli.bad-language": { en: "--lang is en or zh, not “{language}”.", zh: "--lang 只能是 en 或 zh，不能是“{language}”。" },
  "cli.bad-seed": {
    en: "--seed is a whole number from 0 to 4294967295, not “{seed}”.",
    zh: "--seed 应为 0 到 4294967295 的整数，不能是“{seed}”。",
  },
  "cli.unknown-analysis": { en: "There is no analysis “{id}”. There are: {known}.", zh: "没有名为“{id}”的分析。现有：{known}。" },
  "cli.unknown-guideline": { en: "There is no guideline “{id}”. There are: {known}.", zh: "没有名为“{id}”的指南。现有：{known}。" },
  "cli.path-missing": { en: "Nothing stands at the path given ({which} of {of}).", zh: "给出的第 {which} 个路径（共 {of} 个）不存在。" },
  "cli.person-unreadable": { en: "The person file could not be read as JSON.", zh: "无法将该人员信息文件读作 JSON。" },
  "cli.person-invalid": {
    en: "The person file does not follow docs/reference/person.schema.json at: {where}.",
    zh: "人员信息文件不符合 docs/reference/person.schema.json，位置：{where}。",
  },
  "cli.interrupted": { en: "Stopped. Nothing half-written was left behind.", zh: "已停止。没有留下未写完的结果。" },
  "cli.study-read": { en: "Study {which} of {of}: {outcome}.", zh: "第 {which} 项检查（共 {of} 项）：{outcome}。" },
  "cli.written-to": { en: "Report: {path}", zh: "报告：{path}" },
  "cli.remaining": { en: "{seconds} s left", zh: "剩余约 {seconds} 秒" },
  "cli.took": { en: "{seconds} s", zh: "{seconds} 秒" },
  "cli.phantom-written": { en: "Phantom written: {slices} slices, {nodules} nodules.", zh: "体模已写出：{slices} 层，{nodules} 个结节。" },
  "outcome.done": { en: "read", zh: "已读取" },
  "outcome.partial": { en: "read in part", zh: "部分读取" },
  "outcome.declined": { en: "not read", zh: "未读取" },
  "outcome.failed": { en: "failed", zh: "失败" },
  "stage.intake": { en: "Reading headers", zh: "读取文件头" },
  "stage.phantom": { en: "Making the phantom", zh: "生成体模" },
  "stage.load": { en: "Decoding images", zh: "解码图像" },
  "stage.lungs": { en: "Finding the lungs", zh: "分割肺" },
  "stage.candidates": { en: "Looking for nodules", zh: "寻找结节" },
  "stage.measure": { en: "Measuring", zh: "测量" },
  "stage.compare": { en: "Comparing with the prior examination", zh: "与既往检查对比" },
  "stage.report": { en: "Writing the report", zh: "撰写报告" },
  "read.unexpected": {
    en: "An error nobody expected ({error}). Its details were written to the error output.",
    zh: "发生意外错误（{error}），详情已写入错误输出。",
  },
  "output.disk-full": { en: "The disk is full; the result of this study was not written.", zh: "磁盘已满，该检查的结果未写出。" },
  "output.not-empty": {
    en: "The output folder holds other files; choose an empty or a new one.",
    zh: "输出目录中已有其他文件，请选择空目录或新目录。",
  },
  "output.not-writable": { en: "The output folder cannot be written to ({system}).", zh: "无法写入输出目录（{system}）。" },
} as const satisfies Messages;
