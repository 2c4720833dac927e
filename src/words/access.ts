import type { Messages } from "./message.ts";

/** What signing in, accounts and what one may not do say. */
export const accessMessages = {
  "access.not-signed-in": { en: "Sign in to go on.", zh: "请先登录。" },
  "access.forbidden": { en: "Your role does not allow this.", zh: "您的角色无权执行此操作。" },
  "access.page-unproven": {
    en: "The request did not come from a page of this sign-in. Reload the page and try again.",
    zh: "请求并非来自本次登录的页面。请重新加载页面后再试。",
  },
  "access.login-failed": {
    en: "Not signed in: the name or password is wrong, or too many attempts failed and the account is locked for 15 min.",
    zh: "登录失败：用户名或密码错误，或因多次失败，账户已锁定 15 分钟。",
  },
  "access.too-many-attempts": {
    en: "Too many attempts from this address. Try again in {seconds:0} s.",
    zh: "该地址尝试次数过多。请在 {seconds:0} 秒后重试。",
  },
  "access.link-void": {
    en: "This link was used already, has expired, or was replaced by a later one. Ask an administrator for another.",
    zh: "此链接已被使用、已过期或已被新的链接取代。请向管理员索取新链接。",
  },
  "access.password-short": { en: "A password has at least {minimum} characters.", zh: "密码至少应有 {minimum} 个字符。" },
  "access.password-long": { en: "A password has at most {maximum} characters.", zh: "密码最多 {maximum} 个字符。" },
  "access.password-guessed": {
    en: "This password would be among the first that are tried: it repeats itself, runs in order, or is hardly more than a name. A few unrelated words make a good one.",
    zh: "此密码很容易被猜到：内容重复、按顺序排列，或几乎只是一个名称。用几个互不相关的词即可组成好的密码。",
  },
  "access.bad-account-name": {
    en: "The name of an account is 1 to 64 small letters, digits, and . _ @ -, and begins with a letter or digit.",
    zh: "账户名为 1 至 64 个小写字母、数字及 . _ @ - 符号，并以字母或数字开头。",
  },
  "access.account-exists": { en: "The account {account} exists already.", zh: "账户 {account} 已存在。" },
  "access.no-such-account": { en: "There is no account {account} in use.", zh: "没有可用的账户 {account}。" },
  "access.last-administrator": {
    en: "This is the last administrator; without one nobody could manage accounts.",
    zh: "这是最后一个管理员；没有管理员便无人能管理账户。",
  },
} as const satisfies Messages;
