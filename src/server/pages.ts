import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { may } from "../access/policy.ts";
import type { StudyRecord } from "../findings/study-record.ts";
import { escaped } from "../report/html.ts";
import { type Language, say } from "../words/say.ts";
import type { LoginPorts } from "./login.ts";
import { languageOf } from "./problem.ts";
import { addressOf, type Sessions } from "./session.ts";
import type { StudyRoutePorts } from "./study-routes.ts";

export interface PagePorts extends LoginPorts, Pick<StudyRoutePorts, "studies"> {
  readonly sessions: Sessions;
}

/** Routes that need no sign-in, for the guard's list. */
export const openPages = ["/", "/sign-in", "/first-password"];

const mostRows = 200;
const SignIn = z.object({ account: z.string().max(256), password: z.string().max(1024) });
const Token = z.object({ token: z.string().max(256) });
const FirstPassword = Token.extend({ password: z.string().max(1024) });

/** Pages without scripts: enough to set a password, sign in, see what came in and open its report. */
export async function pages(app: FastifyInstance, ports: PagePorts): Promise<void> {
  const { sessions, accounts, logins, limit, now } = ports;
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  const tooMany = (request: FastifyRequest, reply: FastifyReply, show: (fault: string) => string): FastifyReply | null => {
    const seconds = limit.take(request.ip, now().getTime());
    if (seconds === 0) return null;
    const fault = say(languageOf(request), "access.too-many-attempts", { seconds });
    return html(reply.code(429).header("retry-after", seconds), show(fault));
  };
  const enter = async (request: FastifyRequest, reply: FastifyReply, account: string): Promise<FastifyReply> => {
    limit.giveBack(request.ip);
    await sessions.begin(request, reply, account);
    return reply.redirect("/", 303);
  };

  app.get("/", async (request, reply) => {
    const language = languageOf(request);
    const token = sessions.tokenOf(request);
    const login = token === undefined ? null : await logins.find(token);
    if (login === null) return html(reply, signInPage(language));
    const rows = may(login.role, "study.view") ? await ports.studies({ limit: mostRows }) : [];
    return html(reply, worklistPage(language, rows));
  });

  app.post("/sign-in", async (request, reply) => {
    const language = languageOf(request);
    const refused = tooMany(request, reply, (fault) => signInPage(language, fault));
    if (refused !== null) return refused;
    const { account, password } = SignIn.parse(request.body);
    const outcome = await accounts.authenticate(account.trim().toLowerCase(), password);
    if (outcome.kind === "known") return enter(request, reply, outcome.account);
    await sessions.refused(request, outcome.account, outcome.locked);
    return html(reply.code(401), signInPage(language, say(language, "access.login-failed")));
  });

  app.get("/first-password", async (request, reply) =>
    html(reply, firstPasswordPage(languageOf(request), Token.parse(request.query).token)),
  );

  app.post("/first-password", async (request, reply) => {
    const language = languageOf(request);
    const { token, password } = FirstPassword.parse(request.body);
    const refused = tooMany(request, reply, (fault) => firstPasswordPage(language, token, fault));
    if (refused !== null) return refused;
    const outcome = await accounts.useLink(token, password, addressOf(request));
    if (typeof outcome !== "string")
      return html(reply.code(422), firstPasswordPage(language, token, say(language, outcome.code, outcome.values)));
    return enter(request, reply, outcome);
  });
}

const html = (reply: FastifyReply, page: string): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(page);

const page = (language: Language, heading: string, body: string): string => `<!doctype html>
<html lang="${language === "zh" ? "zh-Hans" : "en"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(say(language, "page.title"))}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;background:#14171a;color:#e4e7ea;margin:2rem auto;max-width:70rem;padding:0 1rem}
h1{font-weight:500}a{color:#8fc1ff}label{display:block;margin:1rem 0}input{display:block;font:inherit;padding:.4rem;width:20rem;max-width:100%}
button{font:inherit;padding:.4rem 1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #333a40}
.fault{color:#ffb4a9}footer{margin-top:3rem;color:#9aa4ad}</style></head>
<body><h1>${escaped(heading)}</h1>
${body}
<footer>${escaped(say(language, "server.not-certified"))}</footer></body></html>
`;

const faultLine = (fault: string | undefined): string => (fault === undefined ? "" : `<p class="fault" role="alert">${escaped(fault)}</p>`);
const passwordField = (language: Language, autocomplete: string): string =>
  `<label>${escaped(say(language, "page.password"))}<input type="password" name="password" autocomplete="${autocomplete}" required></label>`;

const signInPage = (language: Language, fault?: string): string =>
  page(
    language,
    say(language, "page.sign-in"),
    `${faultLine(fault)}<form method="post" action="/sign-in">
<label>${escaped(say(language, "page.account"))}<input name="account" autocomplete="username" required autofocus></label>
${passwordField(language, "current-password")}
<button>${escaped(say(language, "page.sign-in"))}</button></form>`,
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

function worklistPage(language: Language, rows: readonly StudyRecord[]): string {
  const heading = say(language, "page.worklist");
  if (rows.length === 0) return page(language, heading, `<p>${escaped(say(language, "page.no-studies"))}</p>`);
  const head = ["page.patient", "page.study-date", "page.description", "page.state", "page.report"];
  const cells = (words: readonly string[], name: "th" | "td"): string => words.map((word) => `<${name}>${word}</${name}>`).join("");
  const lines = rows.map((row) => `<tr>${cells(rowCells(language, row), "td")}</tr>`);
  const titles = head.map((code) => escaped(say(language, code)));
  return page(language, heading, `<table><thead><tr>${cells(titles, "th")}</tr></thead><tbody>\n${lines.join("\n")}\n</tbody></table>`);
}

function rowCells(language: Language, { patient, studyDate, studyDescription, state, because, studyInstanceUid }: StudyRecord): string[] {
  const reasons = because.map(({ code, values }) => say(language, code, values)).join(" ");
  const report = `<a href="/api/studies/${escaped(studyInstanceUid)}/files/report.html">${escaped(say(language, "page.report"))}</a>`;
  return [
    escaped([patient.name, patient.id].filter((each) => each !== null).join(" · ")),
    escaped(studyDate ?? ""),
    escaped(studyDescription ?? ""),
    escaped([say(language, `page.state-${state}`), reasons].filter((each) => each !== "").join(": ")),
    state === "read" ? report : "",
  ];
}
