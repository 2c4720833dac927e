import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { escaped } from "../report/html.ts";
import { type Language, say } from "../words/say.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import type { LoginPorts } from "./login.ts";
import { languageOf } from "./problem.ts";
import { addressOf, type Sessions } from "./session.ts";

export interface PagePorts extends LoginPorts {
  readonly sessions: Sessions;
  /** The organisation's sign-in; null where it has none. */
  readonly provider: IdentityProvider | null;
}

/** Routes that need no sign-in, for the guard's list. */
export const openPages = ["/", "/sign-in", "/first-password"];

const SignIn = z.object({ account: z.string().max(256), password: z.string().max(1024) });
const Token = z.object({ token: z.string().max(256) });
const FirstPassword = Token.extend({ password: z.string().max(1024) });

/** Pages without scripts: enough to set a password and sign in. */
export async function pages(app: FastifyInstance, ports: PagePorts): Promise<void> {
  const { sessions, accounts, logins, limit } = ports;
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  const enter = async (request: FastifyRequest, reply: FastifyReply, account: string): Promise<FastifyReply> => {
    limit.giveBack(request.ip);
    await sessions.begin(request, reply, account);
    return reply.redirect("/", 303);
  };

  app.get("/", async (request, reply) => {
    const language = languageOf(request);
    const token = sessions.tokenOf(request);
    const login = token === undefined ? null : await logins.find(token);
    if (login === null) return html(reply, await signInPage(language, ports.provider));
    return reply.redirect("/worklist", 303);
  });

  app.post("/sign-in", async (request, reply) => {
    const language = languageOf(request);
    const waiting = tooMany(request, reply, ports);
    if (waiting !== null) return html(reply, await signInPage(language, ports.provider, waiting));
    const { account, password } = SignIn.parse(request.body);
    const outcome = await accounts.authenticate(account.trim().toLowerCase(), password);
    if (outcome.kind === "known") return enter(request, reply, outcome.account);
    await sessions.refused(request, outcome.account, outcome.locked);
    return html(reply.code(401), await signInPage(language, ports.provider, say(language, "access.login-failed")));
  });

  app.get("/first-password", async (request, reply) =>
    html(reply, firstPasswordPage(languageOf(request), Token.parse(request.query).token)),
  );

  app.post("/first-password", async (request, reply) => {
    const language = languageOf(request);
    const { token, password } = FirstPassword.parse(request.body);
    const waiting = tooMany(request, reply, ports);
    if (waiting !== null) return html(reply, firstPasswordPage(language, token, waiting));
    const outcome = await accounts.useLink(token, password, addressOf(request));
    if (typeof outcome !== "string")
      return html(reply.code(422), firstPasswordPage(language, token, say(language, outcome.code, outcome.values)));
    return enter(request, reply, outcome);
  });
}

/** Takes an attempt. @returns null, or the sentence that says how long to wait, with the status of the answer set */
export function tooMany(request: FastifyRequest, reply: FastifyReply, { limit, now }: Pick<LoginPorts, "limit" | "now">): string | null {
  const seconds = limit.take(request.ip, now().getTime());
  if (seconds === 0) return null;
  reply.code(429).header("retry-after", seconds);
  return say(languageOf(request), "access.too-many-attempts", { seconds });
}

export const html = (reply: FastifyReply, page: string): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(page);

const page = (language: Language, heading: string, body: string): string => `<!doctype html>
<html lang="${language === "zh" ? "zh-Hans" : "en"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(say(language, "page.title"))}</title><link rel="icon" href="data:,">
<style>body{font:16px/1.5 system-ui,sans-serif;background:#14171a;color:#e4e7ea;margin:2rem auto;max-width:70rem;padding:0 1rem}
h1{font-weight:500}a{color:#8fc1ff}label{display:block;margin:1rem 0}input{display:block;font:inherit;padding:.4rem;width:20rem;max-width:100%}
button{font:inherit;padding:.4rem 1rem}
.fault{color:#ffb4a9}footer{margin-top:3rem;color:#9aa4ad}</style></head>
<body><h1>${escaped(heading)}</h1>
${body}
<footer>${escaped(say(language, "server.not-certified"))}</footer></body></html>
`;

const faultLine = (fault: string | undefined): string => (fault === undefined ? "" : `<p class="fault" role="alert">${escaped(fault)}</p>`);
const passwordField = (language: Language, autocomplete: string): string =>
  `<label>${escaped(say(language, "page.password"))}<input type="password" name="password" autocomplete="${autocomplete}" required></label>`;

const link = (href: string, text: string): string => `<p><a href="${escaped(href)}">${escaped(text)}</a></p>`;

export async function signInPage(language: Language, provider: IdentityProvider | null, fault?: string): Promise<string> {
  return page(
    language,
    say(language, "page.sign-in"),
    `${faultLine(fault)}${await providerPart(language, provider, fault)}<form method="post" action="/sign-in">
<label>${escaped(say(language, "page.account"))}<input name="account" autocomplete="username" required autofocus></label>
${passwordField(language, "current-password")}
<button>${escaped(say(language, "page.sign-in"))}</button></form>`,
  );
}

/** A link, as our own policy lets no form lead to another server. */
async function providerPart(language: Language, provider: IdentityProvider | null, fault?: string): Promise<string> {
  if (provider === null) return "";
  if (await provider.available()) return link(provider.startUrl, say(language, "page.sign-in-oidc"));
  const away = say(language, "access.oidc-away");
  return fault === away ? "" : `<p>${escaped(away)}</p>`;
}

/** Where a trip to the identity provider ends for somebody who is signed in: on to a page of ours. */
export const onwardPage = (language: Language, to: string, fault?: string): string =>
  page(
    language,
    say(language, "page.sign-in"),
    `${faultLine(fault)}${link(to, say(language, fault === undefined ? "page.signed-in" : "page.back"))}`,
  );

const firstPasswordPage = (language: Language, token: string, fault?: string): string =>
  page(
    language,
    say(language, "page.first-password"),
    `${faultLine(fault)}<form method="post" action="/first-password"><input type="hidden" name="token" value="${escaped(token)}">
<p>${escaped(say(language, "page.first-password-hint"))}</p>
${passwordField(language, "new-password")}
<button>${escaped(say(language, "page.set-password"))}</button></form>`,
  );
