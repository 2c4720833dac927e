import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { type Action, actions, may } from "../access/policy.ts";
import { AccountName, Role } from "../access/role.ts";
import { csrfToken } from "../access/token.ts";
import { Problem } from "../api/problem.ts";
import type { Accounts } from "../store/accounts.ts";
import type { LoginLimit } from "./login-limit.ts";
import { problem } from "./problem.ts";
import { addressOf, type SessionPorts, type Sessions, type SignedIn } from "./session.ts";

export interface LoginPorts extends Pick<SessionPorts, "logins" | "now"> {
  readonly accounts: Pick<Accounts, "authenticate" | "useLink">;
  /** Shared by whatever tries a secret. */
  readonly limit: LoginLimit;
}

const Password = z.string().max(1024);
const SignIn = z.strictObject({ account: z.string().max(256), password: Password });
const FirstPassword = z.strictObject({ token: z.string().max(256), password: Password });
const Me = z.strictObject({
  account: AccountName,
  role: Role,
  may: z.array(z.enum(actions as [Action, ...Action[]])),
  csrf: z.string().describe("goes into the header X-Overread-CSRF of every request that changes something"),
});

const me = ({ account, role, token }: SignedIn): z.infer<typeof Me> => ({
  account,
  role,
  may: actions.filter((action) => may(role, action)),
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
  const signIn = async (request: FastifyRequest, reply: FastifyReply, account: string): Promise<z.infer<typeof Me> | FastifyReply> => {
    limit.giveBack(request.ip);
    const token = await sessions.begin(request, reply, account);
    const login = await logins.find(token);
    return login === null ? problem(request, reply, 401, "access.login-failed") : me({ ...login, token });
  };

  const answers = { 200: Me, 401: Problem, 429: Problem };
  routes.post("/api/login", { onRequest: limited, schema: { body: SignIn, response: answers } }, async (request, reply) => {
    const { account, password } = request.body;
    const outcome = await accounts.authenticate(account.trim().toLowerCase(), password);
    if (outcome.kind === "known") return signIn(request, reply, outcome.account);
    await sessions.refused(request, outcome.account, outcome.locked);
    return problem(request, reply, 401, "access.login-failed");
  });

  routes.post(
    "/api/first-password",
    { onRequest: limited, schema: { body: FirstPassword, response: { ...answers, 422: Problem } } },
    async (request, reply) => {
      const { token, password } = request.body;
      const outcome = await accounts.useLink(token, password, addressOf(request));
      if (typeof outcome !== "string") return problem(request, reply, 422, outcome.code, outcome.values);
      return signIn(request, reply, outcome);
    },
  );

  routes.post("/api/logout", { preHandler: sessions.guard("me"), schema: { response: { 204: z.null() } } }, async (request, reply) => {
    await sessions.end(request, reply);
    return reply.code(204).send(null);
  });

  routes.get("/api/me", { preHandler: sessions.guard("me"), schema: { response: { 200: Me } } }, async (request) =>
    me(sessions.signedIn(request)),
  );
}
