import type { FastifyInstance, FastifyRequest, preHandlerHookHandler } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Action } from "../access/policy.ts";
import { Problem } from "../api/problem.ts";
import { SaidVerdict, StudyDetail, WorklistQuery, WorklistRow } from "../api/study.ts";
import type { AuditEvent, AuditedAct } from "../audit/event.ts";
import { uidForm } from "../base/uid.ts";
import { type Glance, glanceOf } from "../findings/glance.ts";
import type { ReadResult } from "../findings/read-result.ts";
import type { StudyRecord, StudyState } from "../findings/study-record.ts";
import { VerdictGiven, type VerdictRecord } from "../findings/verdict-record.ts";
import type { Language } from "../words/say.ts";
import { saying } from "../words/say.ts";
import { withVerdicts } from "../workflow/with-verdicts.ts";
import { languageOf, problem } from "./problem.ts";

export interface StudyRoutePorts {
  readonly studies: (query: {
    state?: StudyState | undefined;
    search?: string | undefined;
    limit: number;
    before?: Date | undefined;
  }) => Promise<readonly StudyRecord[]>;
  readonly study: (studyInstanceUid: string) => Promise<StudyRecord | null>;
  readonly latestResult: (studyInstanceUid: string) => Promise<{ readonly folderKey: string; readonly result: ReadResult } | null>;
  readonly verdicts: (studyInstanceUid: string) => Promise<readonly VerdictRecord[]>;
  readonly addVerdict: (studyInstanceUid: string, account: string, given: VerdictGiven) => Promise<VerdictRecord>;
  /** The line of the worklist follows the verdicts. */
  readonly setGlance: (studyInstanceUid: string, glance: Glance) => Promise<void>;
  /** Has the study read again, whatever was made of it before. */
  readonly readAgain: (studyInstanceUid: string) => Promise<void>;
  /** Every look at a patient's study is written down, one line in 10 min. */
  readonly viewed: (request: FastifyRequest, studyInstanceUid: string) => Promise<void>;
  /** So is every word said of it, and whatever else is done. */
  readonly did: (request: FastifyRequest, what: AuditedAct, about: AuditEvent["about"], because?: string) => Promise<void>;
  readonly guard: (action: Action) => preHandlerHookHandler;
  readonly accountOf: (request: FastifyRequest) => string;
}

export const Uid = z.string().regex(uidForm).max(64);
export const OfStudy = z.strictObject({ studyInstanceUid: Uid });

/** Worklist, one study with its result, and what readers say of its marks. */
export async function studyRoutes(app: FastifyInstance, ports: StudyRoutePorts): Promise<void> {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get(
    "/api/studies",
    {
      preHandler: ports.guard("study.view"),
      schema: { summary: "List studies, the latest arrivals first", querystring: WorklistQuery, response: { 200: z.array(WorklistRow) } },
    },
    async (request) => {
      const { before, ...query } = request.query;
      const records = await ports.studies({ ...query, before: before === undefined ? undefined : new Date(before) });
      return records.map((record) => rowOf(record, languageOf(request)));
    },
  );

  routes.get(
    "/api/studies/:studyInstanceUid",
    {
      preHandler: ports.guard("study.view"),
      schema: { summary: "Show one study with its result and verdicts", params: OfStudy, response: { 200: StudyDetail, 404: Problem } },
    },
    async (request, reply) => {
      const { studyInstanceUid } = request.params;
      const record = await ports.study(studyInstanceUid);
      if (record === null) return problem(request, reply, 404, "server.no-such-study");
      const [latest, verdicts] = await Promise.all([ports.latestResult(studyInstanceUid), ports.verdicts(studyInstanceUid)]);
      await ports.viewed(request, studyInstanceUid);
      return {
        study: rowOf(record, languageOf(request)),
        result: latest === null ? null : withVerdicts(latest.result, verdicts),
        verdicts: verdicts.map(saidVerdict),
      };
    },
  );

  routes.post(
    "/api/studies/:studyInstanceUid/verdicts",
    {
      preHandler: ports.guard("verdict.give"),
      schema: {
        summary: "Say of a mark whether it stands",
        params: OfStudy,
        body: VerdictGiven,
        response: { 201: SaidVerdict, 404: Problem },
      },
    },
    async (request, reply) => {
      const { studyInstanceUid } = request.params;
      const { trackingUid } = request.body;
      const latest = await ports.latestResult(studyInstanceUid);
      const known = latest?.result.analyses.some(({ findings }) => findings.some((finding) => finding.trackingUid === trackingUid));
      if (latest === null || known !== true) return problem(request, reply, 404, "server.no-such-finding");
      const record = await ports.addVerdict(studyInstanceUid, ports.accountOf(request), request.body);
      await ports.did(request, "verdict", { studyInstanceUid, trackingUid });
      await ports.setGlance(studyInstanceUid, glanceOf(withVerdicts(latest.result, await ports.verdicts(studyInstanceUid))));
      return reply.code(201).send(saidVerdict(record));
    },
  );

  routes.post(
    "/api/studies/:studyInstanceUid/read-again",
    {
      preHandler: ports.guard("study.read-again"),
      schema: { summary: "Have a study read again", params: OfStudy, response: { 202: z.null(), 404: Problem, 409: Problem } },
    },
    async (request, reply) => {
      const { studyInstanceUid } = request.params;
      const record = await ports.study(studyInstanceUid);
      if (record === null) return problem(request, reply, 404, "server.no-such-study");
      if (record.imagesRemovedAt !== null)
        return problem(request, reply, 409, "server.images-removed", { date: record.imagesRemovedAt.toISOString().slice(0, 10) });
      await ports.readAgain(studyInstanceUid);
      await ports.did(request, "read", { studyInstanceUid }, "asked-again");
      return reply.code(202).send(null);
    },
  );
}

/** Reasons are said anew in the language of who looks. */
function rowOf({ because, lastReceivedAt, imagesRemovedAt, ...record }: StudyRecord, language: Language): WorklistRow {
  return {
    ...record,
    because: because.map(saying(language)),
    lastReceivedAt: lastReceivedAt.toISOString(),
    imagesRemovedAt: imagesRemovedAt?.toISOString() ?? null,
  };
}

const saidVerdict = ({ id, account, saidAt, given }: VerdictRecord): SaidVerdict => ({ id, account, saidAt: saidAt.toISOString(), given });
