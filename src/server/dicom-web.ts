import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Fault } from "../base/fault.ts";
import { frameRoutes } from "./dicom-web-frames.ts";
import type { DicomWebPorts } from "./dicom-web-ports.ts";
import { retrieveRoutes } from "./dicom-web-retrieve.ts";
import { searchRoutes } from "./dicom-web-search.ts";
import { storeRoutes } from "./dicom-web-store.ts";
import { problem } from "./problem.ts";

/** HTTP status of what can be wrong with a request (PS3.18 8.5); what is not here is the server's own fault. */
const statuses: Readonly<Record<string, number>> = {
  "dicom-web.bad-uid": 400,
  "dicom-web.bad-query": 400,
  "dicom-web.bad-accept": 400,
  "dicom-web.bad-multipart": 400,
  "dicom-web.no-such-object": 404,
  "dicom-web.images-removed": 410,
  "dicom-web.no-such-frame": 404,
  "dicom-web.no-pixels": 404,
  "dicom-web.not-acceptable": 406,
  "dicom-web.cannot-decode": 406,
  "dicom-web.no-jpeg": 406,
  "dicom-web.too-large": 413,
  "dicom-web.other-media-type": 415,
  "dicom-web.broken-object": 500,
};

/** DICOMweb (PS3.18 chapter 10: studies service) under /dicom-web: store, search, retrieve. */
export async function dicomWebRoutes(app: FastifyInstance, ports: DicomWebPorts): Promise<void> {
  app.setErrorHandler(answerFault);
  // Bodies are read as they stream by, and by nobody else.
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  const register = (routes: (web: FastifyInstance, ports: DicomWebPorts) => Promise<void>) =>
    app.register((web) => routes(web, ports), { prefix: "/dicom-web" });
  await register(storeRoutes);
  await register(searchRoutes);
  await register(retrieveRoutes);
  await register(frameRoutes);
}

function answerFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error instanceof Fault ? statuses[error.code] : undefined;
  if (!(error instanceof Fault) || status === undefined) throw error;
  // What is left of the upload is not waited for.
  if (status === 413) reply.header("connection", "close");
  return problem(request, reply, status, error.code, error.values);
}
