import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { newToken, sameToken, tokenHash } from "../access/token.ts";
import { Fault } from "../base/fault.ts";
import type { Identities } from "../store/identities.ts";
import type { LoginFlow, LoginFlows } from "../store/login-flows.ts";
import { say } from "../words/say.ts";
import { type IdentityProvider, stateOf } from "./identity-provider.ts";
import { html, onwardPage, type PagePorts, signInPage, tooMany } from "./pages.ts";
import { languageOf } from "./problem.ts";
import { addressOf } from "./session.ts";

export interface OidcRoutePorts extends PagePorts {
  readonly provider: IdentityProvider;
  readonly flows: LoginFlows;
  readonly identities: Identities;
  /** Whether browsers come by https. */
  readonly secure: boolean;
}

/** Routes that need no sign-in, for the guard's list. */
export const openOidcRoutes = ["/api/oidc/start", "/api/oidc/callback"];

const StartQuery = z.object({
  purpose: z.literal("sign").optional().describe("asks who is signed in to prove it again, before signing a report"),
  back: z
    .string()
    .max(512)
    .regex(/^\/(?![/\\])[\x21-\x7e]*$/)
    .default("/")
    .describe("path of the page to come back to"),
});

/** Who was refused, and with which code: of `access.…` */
type Refusal = { readonly code: string; readonly account?: string | null };

/** Sign-in over the organisation's OpenID Connect provider, and proving again over it who one is: pages, so the API's description leaves them out. */
export async function oidcRoutes(app: FastifyInstance, ports: OidcRoutePorts): Promise<void> {
  const { sessions, logins, limit, provider, flows, identities, secure } = ports;
  const cookieName = secure ? "__Host-overread-trip" : "overread-trip";
  // Lax: the browser comes back from another site.
  const cookie = { httpOnly: true, sameSite: "lax", secure, path: "/" } as const;

  const limited = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const waiting = tooMany(request, reply, ports);
    return waiting === null ? undefined : html(reply, await signInPage(languageOf(request), provider, waiting));
  };
  const refuse = async (request: FastifyRequest, reply: FastifyReply, flow: LoginFlow | null, { code, account }: Refusal) => {
    const about = account === undefined || account === null ? {} : { account };
    await sessions.record(request, { who: { kind: "nobody-known" }, what: "login-failed", outcome: "failed", about, because: code });
    const language = languageOf(request);
    reply.code(code === "access.oidc-away" ? 503 : 403);
    if (flow === null || flow.loginHash === null) return html(reply, await signInPage(language, provider, say(language, code)));
    return html(reply, onwardPage(language, flow.back, say(language, code)));
  };

  app
    .withTypeProvider<ZodTypeProvider>()
    .get("/api/oidc/start", { onRequest: limited, schema: { hide: true, querystring: StartQuery } }, async (request, reply) => {
      const { purpose, back } = request.query;
      const session = purpose === undefined ? undefined : sessions.tokenOf(request);
      if (purpose !== undefined && (session === undefined || (await logins.find(session)) === null))
        return refuse(request, reply, null, { code: "access.not-signed-in" });
      const flow = { loginHash: session === undefined ? null : tokenHash(session), back };
      const token = newToken();
      try {
        const address = await provider.address(token, purpose !== undefined);
        await flows.begin(token, flow);
        return reply.setCookie(cookieName, token, cookie).redirect(address);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        limit.giveBack(request.ip);
        return refuse(request, reply, flow, error);
      }
    });

  app.get("/api/oidc/callback", { onRequest: limited, schema: { hide: true } }, async (request, reply) => {
    const { searchParams } = new URL(request.url, provider.startUrl);
    const token = request.cookies[cookieName];
    // What another site sends here with a state of its own ends no trip.
    const own = token !== undefined && sameToken(searchParams.get("state") ?? "", stateOf(token));
    const flow = own ? await flows.take(token) : null;
    if (!own || flow === null) return refuse(request, reply, null, { code: "access.oidc-void" });
    reply.clearCookie(cookieName, cookie);
    try {
      const identity = await provider.identity(token, searchParams, flow.loginHash !== null);
      const outcome = await identities.accountOf(identity, addressOf(request));
      if (outcome.kind === "refused") return refuse(request, reply, flow, { code: outcome.because.code, account: outcome.account });
      const { account } = outcome;
      if (flow.loginHash === null) await sessions.begin(request, reply, account);
      else if (await logins.reauthenticated(flow.loginHash, account)) await sessions.provenAgain(request, account);
      else return refuse(request, reply, flow, { code: "access.oidc-other-person", account });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refuse(request, reply, flow, error);
    }
    // One for the start, one for the end.
    for (let attempt = 0; attempt < 2; attempt++) limit.giveBack(request.ip);
    // A page and no redirect: the browser would follow that as coming from the provider's site, without the session's cookie.
    return html(reply.header("refresh", `0; url=${flow.back}`), onwardPage(languageOf(request), flow.back));
  });
}
