import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../api/problem.ts";
import {
  PseudonymisedDetail,
  PseudonymisedQuery,
  PseudonymisedReading,
  PseudonymisedStudy,
  PseudonymisedVerdict,
} from "../api/pseudonymised.ts";
import type { Pseudonyms } from "../dicom/deidentify/pseudonyms.ts";
import type { StudyRecord } from "../findings/study-record.ts";
import type { PseudonymousStudies } from "../store/pseudonymous-studies.ts";
import type { SeriesRecord } from "../store/study-rows.ts";
import { withVerdicts } from "../workflow/with-verdicts.ts";
import { problem } from "./problem.ts";
import { pseudonymisedReading, pseudonymisedSeries, pseudonymisedStudy, pseudonymisedVerdict } from "./pseudonymise.ts";
import type { Sessions } from "./session.ts";
import { type StudyRoutePorts, Uid } from "./study-routes.ts";

export interface PseudonymisedPorts extends Pick<StudyRoutePorts, "latestResult" | "verdicts"> {
  readonly sessions: Sessions;
  readonly pseudonyms: Pseudonyms;
  readonly pseudonymousStudies: Pick<PseudonymousStudies, "list" | "study">;
  readonly series: (studyInstanceUid: string) => Promise<readonly SeriesRecord[]>;
}

export const OfPseudonym = z.strictObject({ pseudonymousStudyUid: Uid });

/** Studies as researchers see them: under pseudonyms and with moved dates. The audit log names the true ones. */
export async function pseudonymisedRoutes(app: FastifyInstance, ports: PseudonymisedPorts): Promise<void> {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const { sessions, pseudonyms, pseudonymousStudies } = ports;
  const onRequest = sessions.guard("study.view-pseudonymised");

  routes.get(
    "/api/pseudonymised/studies",
    {
      onRequest,
      schema: {
        summary: "List studies under pseudonyms",
        querystring: PseudonymisedQuery,
        response: { 200: z.array(PseudonymisedStudy) },
      },
    },
    async (request) => (await pseudonymousStudies.list(request.query)).map((study) => pseudonymisedStudy(study, pseudonyms)),
  );

  /** Part of a study, under its pseudonym. */
  const part = <Answer extends z.ZodType>(
    path: string,
    summary: string,
    answer: Answer,
    of: (study: StudyRecord) => Promise<z.output<Answer> | null>,
  ): void => {
    routes.get(
      `/api/pseudonymised/studies/:pseudonymousStudyUid${path}`,
      { onRequest, schema: { summary, params: OfPseudonym, response: { 200: answer as z.ZodType, 404: Problem } } },
      async (request: FastifyRequest, reply: FastifyReply) => {
        const { pseudonymousStudyUid } = request.params as z.infer<typeof OfPseudonym>;
        const study = await pseudonymousStudies.study(pseudonymousStudyUid);
        if (study === null) return problem(request, reply, 404, "server.no-such-study");
        const found = await of(study);
        if (found === null) return problem(request, reply, 404, "server.no-result");
        await sessions.viewed(request, study.studyInstanceUid, "pseudonymised");
        return found;
      },
    );
  };
  part("", "Show one study under pseudonyms", PseudonymisedDetail, async (study) => ({
    ...pseudonymisedStudy(study, pseudonyms),
    series: (await ports.series(study.studyInstanceUid)).map((series) => pseudonymisedSeries(series, pseudonyms)),
  }));
  part("/findings", "Show the latest findings of a study under pseudonyms", PseudonymisedReading, async ({ studyInstanceUid }) => {
    const [latest, verdicts] = await Promise.all([ports.latestResult(studyInstanceUid), ports.verdicts(studyInstanceUid)]);
    return latest === null ? null : pseudonymisedReading(withVerdicts(latest.result, verdicts), pseudonyms);
  });
  part("/verdicts", "List what readers said of a study's findings, under pseudonyms", z.array(PseudonymisedVerdict), async (study) =>
    (await ports.verdicts(study.studyInstanceUid)).map((verdict) => pseudonymisedVerdict(verdict, study, pseudonyms)),
  );
}
