import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { problem } from "./problem.ts";
import { OfStudy, type StudyRoutePorts } from "./study-routes.ts";

export interface ResultRoutePorts extends Pick<StudyRoutePorts, "latestResult" | "guard" | "audit" | "accountOf"> {
  /** Names of a result's files, within its folder. */
  readonly filesOf: (folderKey: string) => Promise<readonly string[]>;
  readonly open: (folderKey: string, name: string) => AsyncIterable<Uint8Array>;
}

const mediaTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  pdf: "application/pdf",
  png: "image/png",
  dcm: "application/dicom",
};

/** The files of a study's latest result: report, findings, key images, DICOM objects. Only names that the result has are opened. */
export async function resultRoutes(app: FastifyInstance, ports: ResultRoutePorts): Promise<void> {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const guarded = ports.guard("study.view");

  routes.get("/api/studies/:studyInstanceUid/files", { preHandler: guarded, schema: { params: OfStudy } }, async (request, reply) => {
    const latest = await ports.latestResult(request.params.studyInstanceUid);
    return latest === null ? problem(request, reply, 404, "server.no-result") : ports.filesOf(latest.folderKey);
  });

  routes.get(
    "/api/studies/:studyInstanceUid/files/*",
    { preHandler: guarded, schema: { params: OfStudy.extend({ "*": z.string().max(200) }) } },
    async (request, reply) => {
      const { studyInstanceUid, "*": name } = request.params;
      const latest = await ports.latestResult(studyInstanceUid);
      if (latest === null || !(await ports.filesOf(latest.folderKey)).includes(name))
        return problem(request, reply, 404, "server.no-result");
      await ports.audit(ports.accountOf(request), "study-viewed", studyInstanceUid, null);
      const extension = name.slice(name.lastIndexOf(".") + 1);
      return reply
        .type(mediaTypes[extension] ?? "application/octet-stream")
        .header("content-security-policy", "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox")
        .header("cache-control", "no-store")
        .send(Readable.from(ports.open(latest.folderKey, name)));
    },
  );
}
