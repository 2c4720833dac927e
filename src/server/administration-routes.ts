import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { AccountName } from "../access/role.ts";
import { AccountChange, AccountEntry, AuditPage, DeadJobEntry, NewAccount, PasswordLink, PeerEntry } from "../api/administration.ts";
import { Problem } from "../api/problem.ts";
import { AuditEvent } from "../audit/event.ts";
import { Fault } from "../base/fault.ts";
import { AeTitle } from "../findings/ae-title.ts";
import type { Account, Accounts, ChangedBy } from "../store/accounts.ts";
import type { AuditLog } from "../store/audit-log.ts";
import type { DeadJob } from "../store/job-queue.ts";
import type { Peers } from "../store/peers.ts";
import { say } from "../words/say.ts";
import { languageOf, problem } from "./problem.ts";
import { addressOf, type Sessions } from "./session.ts";

export interface AdministrationPorts {
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly peers: Peers;
  readonly audit: AuditLog;
  readonly jobs: {
    readonly dead: () => Promise<readonly DeadJob[]>;
    readonly rerun: (id: string) => Promise<boolean>;
    readonly cancel: (id: string) => Promise<boolean>;
  };
  /** The list of peers changed: who may connect changes with it. */
  readonly peersChanged: () => Promise<void>;
  /** Address of the page where a link's owner chooses a password. */
  readonly linkOf: (token: string) => string;
}

const OfAccount = z.strictObject({ name: AccountName });
const OfPeer = z.strictObject({ aeTitle: AeTitle });
const OfJob = z.strictObject({ id: z.uuid() });

/** People, peers, jobs that were given up, and the audit log: for administrators, jobs for technicians too. */
export async function administrationRoutes(app: FastifyInstance, ports: AdministrationPorts): Promise<void> {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const { sessions, accounts, peers, audit, jobs } = ports;
  const by = (request: FastifyRequest): ChangedBy => ({
    who: { kind: "account", name: sessions.accountOf(request) },
    from: addressOf(request),
  });
  const forAccounts = sessions.guard("account.manage");
  const forPeers = sessions.guard("peer.manage");
  const forJobs = sessions.guard("job.manage");

  routes.get("/api/accounts", { preHandler: forAccounts, schema: { response: { 200: z.array(AccountEntry) } } }, async () =>
    (await accounts.list()).map(accountEntry),
  );
  routes.post(
    "/api/accounts",
    { preHandler: forAccounts, schema: { body: NewAccount, response: { 201: PasswordLink, 409: Problem } } },
    async (request, reply) => {
      const { name, role } = request.body;
      try {
        await accounts.create(name, role, by(request));
      } catch (error) {
        if (error instanceof Fault && error.code === "access.account-exists") return problem(request, reply, 409, error.code, error.values);
        throw error;
      }
      return reply.code(201).send({ link: ports.linkOf(await accounts.firstPasswordLink(name, by(request))) });
    },
  );
  routes.patch(
    "/api/accounts/:name",
    {
      preHandler: forAccounts,
      schema: { params: OfAccount, body: AccountChange, response: { 204: z.null(), 404: Problem, 409: Problem } },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { role, disabled } = request.body;
      try {
        if (role !== undefined) await accounts.changeRole(name, role, by(request));
        if (disabled === true) await accounts.disable(name, by(request));
        if (disabled === false) await accounts.enable(name, by(request));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return problem(request, reply, error.code === "access.no-such-account" ? 404 : 409, error.code, error.values);
      }
      return reply.code(204).send(null);
    },
  );

  routes.get("/api/peers", { preHandler: forPeers, schema: { response: { 200: z.array(PeerEntry) } } }, async () => [
    ...(await peers.list()),
  ]);
  routes.put("/api/peers", { preHandler: forPeers, schema: { body: PeerEntry, response: { 204: z.null() } } }, async (request, reply) => {
    await peers.put(request.body, by(request));
    await ports.peersChanged();
    return reply.code(204).send(null);
  });
  routes.delete(
    "/api/peers/:aeTitle",
    { preHandler: forPeers, schema: { params: OfPeer, response: { 204: z.null(), 404: Problem } } },
    async (request, reply) => {
      if (!(await peers.remove(request.params.aeTitle, by(request)))) return problem(request, reply, 404, "server.no-such-peer");
      await ports.peersChanged();
      return reply.code(204).send(null);
    },
  );

  routes.get("/api/jobs/dead", { preHandler: forJobs, schema: { response: { 200: z.array(DeadJobEntry) } } }, async (request) =>
    (await jobs.dead()).map(({ because: { code, values }, diedAt, ...job }) => ({
      ...job,
      diedAt: diedAt.toISOString(),
      because: { code, values: { ...values }, text: say(languageOf(request), code, values) },
    })),
  );
  const moves = { rerun: jobs.rerun, cancel: jobs.cancel };
  for (const [move, run] of Object.entries(moves)) {
    routes.post(
      `/api/jobs/:id/${move}`,
      { preHandler: forJobs, schema: { params: OfJob, response: { 204: z.null(), 409: Problem } } },
      async (request, reply) =>
        (await run(request.params.id)) ? reply.code(204).send(null) : problem(request, reply, 409, "server.job-elsewhere"),
    );
  }

  const AuditRow = z.strictObject({ sequence: z.number().int(), event: AuditEvent, previousHash: z.string(), hash: z.string() });
  routes.get(
    "/api/audit",
    { preHandler: sessions.guard("audit.view"), schema: { querystring: AuditPage, response: { 200: z.array(AuditRow) } } },
    async (request) => {
      const { limit, before, studyInstanceUid } = request.query;
      return audit.latest({ limit, ...(before !== undefined && { before }), ...(studyInstanceUid !== undefined && { studyInstanceUid }) });
    },
  );
}

const accountEntry = ({ name, role, hasPassword, lockedUntil, createdAt, disabledAt }: Account): z.infer<typeof AccountEntry> => ({
  name,
  role,
  hasPassword,
  lockedUntil: lockedUntil?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
  disabledAt: disabledAt?.toISOString() ?? null,
});
