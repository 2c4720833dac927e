import type { Messages } from "./message.ts";

/** Sign-in and first password, which the server draws without scripts; and the words for a study that lists share. */
export const pageMessages = {
  "page.title": { en: "Overread", zh: "Overread" },
  "page.sign-in": { en: "Sign in", zh: "登录" },
  "page.sign-in-oidc": { en: "Sign in with your organisation", zh: "使用单位统一登录" },
  "page.signed-in": { en: "You are signed in. Go on", zh: "您已登录。继续" },
  "page.back": { en: "Back", zh: "返回" },
  "page.sign-out": { en: "Sign out", zh: "退出" },
  "page.account": { en: "Account", zh: "账户" },
  "page.password": { en: "Password", zh: "密码" },
  "page.first-password": { en: "Choose a password", zh: "设置密码" },
  "page.first-password-hint": {
    en: "At least 12 characters; a few unrelated words make a good one.",
    zh: "至少 12 个字符；用几个互不相关的词即可。",
  },
  "page.set-password": { en: "Set the password", zh: "设置密码" },
  "page.worklist": { en: "Worklist", zh: "工作列表" },
  "page.patient": { en: "Patient", zh: "患者" },
  "page.study-date": { en: "Date", zh: "日期" },
  "page.description": { en: "Examination", zh: "检查" },
  "page.state": { en: "State", zh: "状态" },
  "page.state-receiving": { en: "receiving", zh: "接收中" },
  "page.state-waiting": { en: "waiting", zh: "等待阅片" },
  "page.state-reading": { en: "being read", zh: "阅片中" },
  "page.state-read": { en: "read", zh: "已阅片" },
  "page.state-unread": { en: "not read", zh: "未阅片" },
  "page.state-failed": { en: "failed", zh: "失败" },
} as const satisfies Messages;
