import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { AccountName } from "../access/role.ts";
import {
  AccountChange,
  AccountEntry,
  AuditPage,
  DeadJobEntry,
  NewAccount,
  PasswordLink,
  PeerCheck,
  PeerEntry,
} from "../api/administration.ts";
import { Problem } from "../api/problem.ts";
import { AuditEvent } from "../audit/event.ts";
import { fhirAuditBundle } from "../audit/fhir-audit-event.ts";
import { Fault } from "../base/fault.ts";
import type { Reason } from "../base/reason.ts";
import { mayBePeer, mayBePeerUrl } from "../dicom/peer-address.ts";
import { AeTitle } from "../findings/ae-title.ts";
import type { Account, Accounts, ChangedBy } from "../store/accounts.ts";
import type { AuditLog } from "../store/audit-log.ts";
import type { DeadJob } from "../store/job-queue.ts";
import type { Peer, Peers } from "../store/peers.ts";
import { saying } from "../words/say.ts";
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
  /** Asks a peer whether it is there. */
  readonly testPeer: (peer: Peer) => Promise<readonly (Omit<PeerCheck, "because"> & { readonly because: Reason })[]>;
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

  routes.get(
    "/api/accounts",
    { preHandler: forAccounts, schema: { summary: "List accounts", response: { 200: z.array(AccountEntry) } } },
    async () => (await accounts.list()).map(accountEntry),
  );
  routes.post(
    "/api/accounts",
    { preHandler: forAccounts, schema: { summary: "Add an account", body: NewAccount, response: { 201: PasswordLink, 409: Problem } } },
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
      schema: {
        summary: "Change the role of an account, or disable it",
        params: OfAccount,
        body: AccountChange,
        response: { 204: z.null(), 404: Problem, 409: Problem },
      },
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

  routes.get(
    "/api/peers",
    { preHandler: forPeers, schema: { summary: "List DICOM peers", response: { 200: z.array(PeerEntry) } } },
    async () => [...(await peers.list())],
  );
  routes.put(
    "/api/peers",
    {
      preHandler: forPeers,
      schema: { summary: "Add a DICOM peer, or change it", body: PeerEntry, response: { 204: z.null(), 422: Problem } },
    },
    async (request, reply) => {
      const wrong = whatIsWrong(request.body);
      if (wrong !== null) return problem(request, reply, 422, wrong);
      await peers.put(request.body, by(request));
      await ports.peersChanged();
      return reply.code(204).send(null);
    },
  );
  routes.post(
    "/api/peers/:aeTitle/test",
    {
      preHandler: forPeers,
      schema: { summary: "Ask a DICOM peer whether it is there", params: OfPeer, response: { 200: z.array(PeerCheck), 404: Problem } },
    },
    async (request, reply) => {
      const peer = (await peers.list()).find(({ aeTitle }) => aeTitle === request.params.aeTitle);
      if (peer === undefined) return problem(request, reply, 404, "server.no-such-peer");
      const said = saying(languageOf(request));
      return (await ports.testPeer(peer)).map(({ because, ...check }) => ({ ...check, because: said(because) }));
    },
  );
  routes.delete(
    "/api/peers/:aeTitle",
    { preHandler: forPeers, schema: { summary: "Remove a DICOM peer", params: OfPeer, response: { 204: z.null(), 404: Problem } } },
    async (request, reply) => {
      if (!(await peers.remove(request.params.aeTitle, by(request)))) return problem(request, reply, 404, "server.no-such-peer");
      await ports.peersChanged();
      return reply.code(204).send(null);
    },
  );

  routes.get(
    "/api/jobs/dead",
    { preHandler: forJobs, schema: { summary: "List jobs that were given up", response: { 200: z.array(DeadJobEntry) } } },
    async (request) => {
      const said = saying(languageOf(request));
      return (await jobs.dead()).map(({ because, diedAt, ...job }) => ({ ...job, diedAt: diedAt.toISOString(), because: said(because) }));
    },
  );
  const moves = [
    ["rerun", "Have a job run again that was given up", jobs.rerun],
    ["cancel", "Cancel a job", jobs.cancel],
  ] as const;
  for (const [move, summary, run] of moves) {
    routes.post(
      `/api/jobs/:id/${move}`,
      { preHandler: forJobs, schema: { summary, params: OfJob, response: { 204: z.null(), 409: Problem } } },
      async (request, reply) =>
        (await run(request.params.id)) ? reply.code(204).send(null) : problem(request, reply, 409, "server.job-elsewhere"),
    );
  }

  const fhirJson = "application/fhir+json";
  const AuditRow = z.strictObject({ sequence: z.number().int(), event: AuditEvent, previousHash: z.string(), hash: z.string() });
  const auditAnswer = {
    content: {
      "application/json": { schema: z.array(AuditRow) },
      [fhirJson]: { schema: z.looseObject({ resourceType: z.literal("Bundle") }) },
    },
  };
  routes.get(
    "/api/audit",
    {
      preHandler: sessions.guard("audit.view"),
      schema: { summary: "List the audit log, the newest records first", querystring: AuditPage, response: { 200: auditAnswer } },
    },
    async (request, reply) => {
      const { limit, before, studyInstanceUid } = request.query;
      const records = await audit.latest({
        limit,
        ...(before !== undefined && { before }),
        ...(studyInstanceUid !== undefined && { studyInstanceUid }),
      });
      if (!request.headers.accept?.includes(fhirJson)) return records;
      return reply.type(fhirJson).send(fhirAuditBundle(records));
    },
  );
}

/** Why a peer cannot be listed so; null where it can. */
function whatIsWrong({ host, port, mayStore, priors, dicomWebUrl }: PeerEntry): string | null {
  if (!mayBePeer(host)) return "peer.address-refused";
  if (dicomWebUrl !== null && !mayBePeerUrl(new URL(dicomWebUrl))) return "peer.url-refused";
  if (priors === "c-move" && (port === null || !mayStore)) return "peer.roles-incomplete";
  return priors === "dicomweb" && dicomWebUrl === null ? "peer.roles-incomplete" : null;
}

const accountEntry = ({ name, role, hasPassword, lockedUntil, createdAt, disabledAt }: Account): z.infer<typeof AccountEntry> => ({
  name,
  role,
  hasPassword,
  lockedUntil: lockedUntil?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
  disabledAt: disabledAt?.toISOString() ?? null,
});
