import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../api/problem.ts";
import { problem } from "./problem.ts";
import { OfStudy, type StudyRoutePorts } from "./study-routes.ts";

export interface ResultRoutePorts extends Pick<StudyRoutePorts, "guard" | "viewed"> {
  /** Where the files of a study's latest result lie; null without one. */
  readonly folderOfLatestResult: (studyInstanceUid: string) => Promise<string | null>;
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
  const files = {
    summary: "List the files of a study's latest result",
    params: OfStudy,
    response: { 200: z.array(z.string()), 404: Problem },
  };

  routes.get("/api/studies/:studyInstanceUid/files", { preHandler: guarded, schema: files }, async (request, reply) => {
    const folder = await ports.folderOfLatestResult(request.params.studyInstanceUid);
    return folder === null ? problem(request, reply, 404, "server.no-result") : [...(await ports.filesOf(folder))];
  });

  const file = {
    summary: "Open one file of a study's latest result",
    params: OfStudy.extend({ "*": z.string().max(200) }),
    response: { 200: { content: { "application/octet-stream": { schema: z.any() } } }, 404: Problem },
  };
  routes.get("/api/studies/:studyInstanceUid/files/*", { preHandler: guarded, schema: file }, async (request, reply) => {
    const { studyInstanceUid, "*": name } = request.params;
    const folder = await ports.folderOfLatestResult(studyInstanceUid);
    if (folder === null || !(await ports.filesOf(folder)).includes(name)) return problem(request, reply, 404, "server.no-result");
    await ports.viewed(request, studyInstanceUid);
    const extension = name.slice(name.lastIndexOf(".") + 1);
    return reply
      .type(mediaTypes[extension] ?? "application/octet-stream")
      .header("content-security-policy", "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox")
      .header("cache-control", "no-store")
      .send(Readable.from(ports.open(folder, name)));
  });
}
