import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../api/problem.ts";
import { type FileToPack, zipStream } from "../dicom/zip-stream.ts";
import type { StudyRecord } from "../findings/study-record.ts";
import { type Deidentification, exportAct } from "../workflow/export-study.ts";
import { languageOf, problem } from "./problem.ts";
import { OfPseudonym, type PseudonymisedPorts } from "./pseudonymised-routes.ts";
import { OfStudy, type StudyRoutePorts } from "./study-routes.ts";

export interface ArchivePorts
  extends Pick<PseudonymisedPorts, "sessions" | "pseudonyms" | "pseudonymousStudies">,
    Pick<StudyRoutePorts, "study"> {
  /** The objects of a study, one after another. */
  readonly exportStudy: (studyInstanceUid: string, how: Deidentification | null, language: "en" | "zh") => AsyncIterable<FileToPack>;
  /** Told what went wrong once the answer had begun. */
  readonly unexpected: (error: unknown) => void;
}

const Archive = { content: { "application/zip": { schema: z.any().describe("the objects, and manifest.json behind them") } } };
const answers = { 200: Archive, 404: Problem, 409: Problem };

/** The objects of a study as a zip archive: as they came in, or de-identified. Each is written down before its first byte goes out. */
export async function archiveRoutes(app: FastifyInstance, ports: ArchivePorts): Promise<void> {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const { sessions, pseudonyms } = ports;

  const send = async (
    request: FastifyRequest,
    reply: FastifyReply,
    study: StudyRecord | null,
    how: Deidentification | null,
  ): Promise<FastifyReply> => {
    if (study === null) return problem(request, reply, 404, "server.no-such-study");
    const { studyInstanceUid, imagesRemovedAt } = study;
    if (imagesRemovedAt !== null) return problem(request, reply, 409, "export.images-removed");
    await sessions.did(request, "exported", { studyInstanceUid }, exportAct(how));
    const name = how === null ? studyInstanceUid : how.pseudonyms.uid(studyInstanceUid);
    const archive = Readable.from(zipStream(ports.exportStudy(studyInstanceUid, how, languageOf(request))));
    archive.on("error", ports.unexpected);
    return reply.type("application/zip").header("content-disposition", `attachment; filename="${name}.zip"`).send(archive);
  };

  routes.get(
    "/api/studies/:studyInstanceUid/archive",
    {
      onRequest: sessions.guard("study.export"),
      schema: { summary: "Export the objects of a study as they came in", params: OfStudy, response: answers },
    },
    async (request, reply) => send(request, reply, await ports.study(request.params.studyInstanceUid), null),
  );

  for (const [path, action, burnedIn, summary] of [
    ["archive", "study.export-pseudonymised", false, "Export de-identified objects of a study (DICOM PS3.15 Annex E)"],
    ["archive-with-burned-in", "study.export-burned-in", true, "Export de-identified objects, also those whose pixels may show text"],
  ] as const) {
    routes.get(
      `/api/pseudonymised/studies/:pseudonymousStudyUid/${path}`,
      {
        onRequest: sessions.guard(action),
        schema: { summary, params: OfPseudonym, response: answers },
      },
      async (request, reply) => {
        const study = await ports.pseudonymousStudies.study(request.params.pseudonymousStudyUid);
        return send(request, reply, study, { pseudonyms, burnedIn });
      },
    );
  }
}
