import type { Messages } from "./message.ts";

/** Which studies are read by rule: reasons, the dry run, faults of a rule file. */
export const routingMessages = {
  "route.refused-by-rule": {
    en: "Not read by rule: “{rule}”. It can be asked for all the same.",
    zh: "按规则“{rule}”不阅片；仍可手动请求阅片。",
  },
  "route.no-rule": {
    en: "No routing rule has such studies read. It can be asked for all the same.",
    zh: "没有路由规则要求阅读此类检查；仍可手动请求阅片。",
  },
  "route.not-asked": { en: "The routing rules do not ask for this analysis.", zh: "路由规则未要求此分析。" },
  "route.study": { en: "Study {which} of {of} ({uid}): {said}", zh: "第 {which} 项检查（共 {of} 项，{uid}）：{said}" },
  "route.read-by-rule": { en: "Read by rule: “{rule}”.", zh: "按规则“{rule}”阅片。" },
  "route.read-urgently": { en: "Read by rule before others that wait: “{rule}”.", zh: "按规则“{rule}”优先阅片。" },
  "route.read-otherwise": { en: "Read, as no rule applies.", zh: "没有适用的规则，予以阅片。" },
  "route.analysis": { en: "{id}: {outcome}.", zh: "{id}：{outcome}。" },
  "route.outcome-chosen": { en: "has a series to read", zh: "有可读序列" },
  "route.outcome-declined": { en: "finds no series to read", zh: "无可读序列" },
  "route.outcome-not-asked": { en: "not asked", zh: "未要求" },
  "route.series-chosen": { en: "Read as {role}: {series}.", zh: "作为 {role} 阅读：{series}。" },
  "route.series-left": { en: "Not read: {series}.", zh: "不阅读：{series}。" },
  "cli.routing-not-json": {
    en: "The file of routing rules is not JSON (system says: {system}).",
    zh: "路由规则文件不是 JSON（系统提示：{system}）。",
  },
  "cli.routing-invalid": {
    en: "The file of routing rules does not follow docs/reference/routing.schema.json at: {where}.",
    zh: "路由规则文件不符合 docs/reference/routing.schema.json，位置：{where}。",
  },
  "cli.routing-unknown-analysis": {
    en: "The file of routing rules names an analysis that there is not at: {where}. There are: {known}.",
    zh: "路由规则文件提到了不存在的分析，位置：{where}。现有：{known}。",
  },
} as const satisfies Messages;
