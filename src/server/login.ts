import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { actions, may } from "../access/policy.ts";
import { csrfToken, tokenHash } from "../access/token.ts";
import { Problem } from "../api/problem.ts";
import { Me } from "../api/session.ts";
import type { Accounts } from "../store/accounts.ts";
import type { Logins } from "../store/logins.ts";
import type { LoginLimit } from "./login-limit.ts";
import { problem } from "./problem.ts";
import { addressOf, type SessionPorts, type Sessions, type SignedIn } from "./session.ts";

export interface LoginPorts extends Pick<SessionPorts, "now"> {
  readonly logins: SessionPorts["logins"] & Pick<Logins, "reauthenticated">;
  readonly accounts: Pick<Accounts, "authenticate" | "useLink">;
  /** Shared by whatever tries a secret. */
  readonly limit: LoginLimit;
}

const Password = z.string().max(1024);
const SignIn = z.strictObject({ account: z.string().max(256), password: Password });
const Proof = z.strictObject({ password: Password });
const FirstPassword = z.strictObject({ token: z.string().max(256), password: Password });

const me = ({ account, role, byProvider, token }: SignedIn): Me => ({
  account,
  role,
  may: actions.filter((action) => may(role, action)),
  reauthenticate: byProvider ? "oidc" : "password",
  csrf: csrfToken(token),
});

/** Signing in and out, who one is, and the first password. Who fails learns neither which accounts exist nor which are locked. */
export async function loginRoutes(app: FastifyInstance, sessions: Sessions, ports: LoginPorts): Promise<void> {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const { accounts, logins, limit, now } = ports;

  /** What tries a secret is limited by address. */
  const limited = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const seconds = limit.take(request.ip, now().getTime());
    if (seconds === 0) return undefined;
    return problem(request, reply.header("retry-after", seconds), 429, "access.too-many-attempts", { seconds });
  };
  const signIn = async (request: FastifyRequest, reply: FastifyReply, account: string): Promise<Me | FastifyReply> => {
    limit.giveBack(request.ip);
    const token = await sessions.begin(request, reply, account);
    const login = await logins.find(token);
    return login === null ? problem(request, reply, 401, "access.login-failed") : me({ ...login, token });
  };

  const answers = { 200: Me, 401: Problem, 429: Problem };
  routes.post(
    "/api/login",
    { onRequest: limited, schema: { summary: "Sign in", body: SignIn, response: answers } },
    async (request, reply) => {
      const { account, password } = request.body;
      const outcome = await accounts.authenticate(account.trim().toLowerCase(), password);
      if (outcome.kind === "known") return signIn(request, reply, outcome.account);
      await sessions.refused(request, outcome.account, outcome.locked);
      return problem(request, reply, 401, "access.login-failed");
    },
  );

  routes.post(
    "/api/first-password",
    {
      onRequest: limited,
      schema: { summary: "Set the first password by a link that works once", body: FirstPassword, response: { ...answers, 422: Problem } },
    },
    async (request, reply) => {
      const { token, password } = request.body;
      const outcome = await accounts.useLink(token, password, addressOf(request));
      if (typeof outcome !== "string") return problem(request, reply, 422, outcome.code, outcome.values);
      return signIn(request, reply, outcome);
    },
  );

  routes.post(
    "/api/reauthenticate",
    {
      onRequest: limited,
      preHandler: sessions.guard("me"),
      schema: {
        summary: "Prove again who is signed in",
        body: Proof,
        response: { 204: z.null(), 401: Problem, 403: Problem, 429: Problem },
      },
    },
    async (request, reply) => {
      const { account, token } = sessions.signedIn(request);
      const outcome = await accounts.authenticate(account, request.body.password);
      if (outcome.kind === "refused") {
        await sessions.refused(request, account, outcome.locked);
        return problem(request, reply, 403, "access.password-wrong");
      }
      limit.giveBack(request.ip);
      if (!(await logins.reauthenticated(tokenHash(token), account))) return problem(request, reply, 401, "access.not-signed-in");
      await sessions.provenAgain(request, account);
      return reply.code(204).send(null);
    },
  );

  routes.post(
    "/api/logout",
    { preHandler: sessions.guard("me"), schema: { summary: "Sign out", response: { 204: z.null() } } },
    async (request, reply) => {
      await sessions.end(request, reply);
      return reply.code(204).send(null);
    },
  );

  routes.get(
    "/api/me",
    { preHandler: sessions.guard("me"), schema: { summary: "Show who is signed in and what they may do", response: { 200: Me } } },
    async (request) => me(sessions.signedIn(request)),
  );
}
