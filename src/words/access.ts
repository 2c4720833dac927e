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
  "access.password-wrong": {
    en: "The password is wrong, or too many attempts failed and the account is locked for 15 min.",
    zh: "密码错误，或因多次失败，账户已锁定 15 分钟。",
  },
  "access.oidc-away": {
    en: "Your organisation's sign-in cannot be reached at the moment. Accounts with a password of this server still work.",
    zh: "暂时无法连接单位的统一登录。本服务器的密码账户仍可使用。",
  },
  "access.oidc-void": {
    en: "This sign-in was begun in another window, took too long, or is done already. Begin again.",
    zh: "此次登录已在其他窗口开始、已超时或已完成。请重新登录。",
  },
  "access.oidc-refused": {
    en: "Your organisation's sign-in did not let you in, or you left it before the end.",
    zh: "单位的统一登录未通过，或您在完成前已退出。",
  },
  "access.oidc-unproven": {
    en: "What your organisation's sign-in answered does not hold when it is checked, so nobody was signed in. Begin again; if it happens again, tell whoever runs this server.",
    zh: "单位统一登录的应答未通过校验，因此未登录。请重试；如再次出现，请告知服务器管理员。",
  },
  "access.oidc-not-fresh": {
    en: "Your organisation's sign-in did not ask for your password again, so nothing can be signed with it. Begin again.",
    zh: "单位的统一登录未重新验证您的身份，因此不能据此签名。请重试。",
  },
  "access.oidc-other-person": {
    en: "Your organisation's sign-in named another person than the one signed in here, or this sign-in is over by now.",
    zh: "单位统一登录的人员与当前登录者不一致，或本次登录已结束。",
  },
  "access.oidc-no-role": {
    en: "Your organisation knows you, but gave you no role in this program. Ask whoever manages its groups.",
    zh: "单位的统一登录认识您，但未授予您本程序的角色。请联系其用户组的管理员。",
  },
  "access.oidc-disabled": { en: "Your account here is disabled. Ask an administrator.", zh: "您在此处的账户已停用。请联系管理员。" },
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
