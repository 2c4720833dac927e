import type { FastifyInstance, FastifyRequest } from "fastify";
import { Fault } from "../base/fault.ts";
import { describeInstance, type InstanceDescription } from "../dicom/describe-instance.ts";
import { type StreamedFile, streamedFile } from "../dicom/streamed-file.ts";
import { mediaTypes } from "../dicom/web/media-type.ts";
import { isBoundary, type Part, readMultipart } from "../dicom/web/read-multipart.ts";
import { type FailureReason, failure, type StoreOutcome, stowResponse } from "../dicom/web/stow-response.ts";
import type { DicomWebPorts } from "./dicom-web-ports.ts";
import { addressOf, jsonWantedBy, sendJson, serviceOf, uidsOf } from "./dicom-web-request.ts";

/** Faults that pass, or that somebody will see to: the client may come again. */
const forNow: ReadonlySet<string> = new Set(["output.disk-full", "output.quota-reached", "store.database-gone", "store.bucket-gone"]);

/** Store transaction (STOW-RS, PS3.18 10.5): files one after another as they arrive, each kept before it is answered for. */
export async function storeRoutes(app: FastifyInstance, ports: DicomWebPorts): Promise<void> {
  for (const path of ["/studies", "/studies/:study"])
    app.post(path, { preHandler: ports.guard("study.receive") }, async (request, reply) => {
      jsonWantedBy(request);
      const { StudyInstanceUID: study = null } = uidsOf(request);
      const outcomes: StoreOutcome[] = [];
      for await (const part of partsOf(request, ports.mostUploadBytes)) outcomes.push(await stored(part, study, request, ports));
      const { status, body } = stowResponse(outcomes, study === null ? null : addressOf(serviceOf(request), study));
      return sendJson(reply.code(status), body);
    });
}

/** @throws Fault dicom-web.other-media-type, dicom-web.bad-multipart, dicom-web.too-large */
function partsOf(request: FastifyRequest, mostBytes: number): AsyncIterable<Part> {
  const [type] = mediaTypes(request.headers["content-type"] ?? "") ?? [];
  if (type?.type !== "multipart/related" || (type.parameters.type ?? "application/dicom").toLowerCase() !== "application/dicom")
    throw new Fault("dicom-web.other-media-type");
  const { boundary } = type.parameters;
  if (!isBoundary(boundary)) throw new Fault("dicom-web.bad-multipart");
  const megabytes = Math.round(mostBytes / 1e6);
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) throw new Fault("dicom-web.too-large", { megabytes });
  return readMultipart(limited(request.body as AsyncIterable<Uint8Array>, mostBytes, megabytes), boundary);
}

async function* limited(stream: AsyncIterable<Uint8Array>, mostBytes: number, megabytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > mostBytes) throw new Fault("dicom-web.too-large", { megabytes });
    yield piece;
  }
}

async function stored({ headers, body }: Part, study: string | null, request: FastifyRequest, ports: DicomWebPorts): Promise<StoreOutcome> {
  const [type] = mediaTypes(headers.get("content-type") ?? "application/dicom") ?? [];
  if (type?.type !== "application/dicom") return failed(null, failure.cannotUnderstand);
  const file = streamedFile("", body);
  const described = await describeInstance(file);
  if (described.kind === "refused") return failed(null, failure.cannotUnderstand);
  const { instance } = described;
  if (study !== null && instance.study.studyInstanceUid !== study) return failed(instance, failure.mismatch);
  return kept(instance, file, request, ports);
}

async function kept(
  instance: InstanceDescription,
  file: StreamedFile,
  request: FastifyRequest,
  ports: DicomWebPorts,
): Promise<StoreOutcome> {
  try {
    const receivedBy = { way: "stow", from: ports.accountOf(request) } as const;
    const received = await ports.receive({ file: file.whole(), receivedBy, announced: null });
    if (received.kind === "refused") return failed(instance, failure.cannotUnderstand);
    // It lasts, but nobody finds it before a person has looked at it.
    if (received.quarantined !== null)
      return failed(instance, received.quarantined.code === "receive.other-bytes" ? failure.duplicate : failure.mismatch);
    const { sopClassUid, sopInstanceUid, series } = instance;
    const address = addressOf(serviceOf(request), instance.study.studyInstanceUid, series.seriesInstanceUid, sopInstanceUid);
    return { sopClassUid, sopInstanceUid, retrieveUrl: address, failure: null };
  } catch (error) {
    // A request that breaks off is no fault of this object's; nor can the rest of it be read.
    if (!(error instanceof Fault) || error.code.startsWith("dicom-web.")) throw error;
    return failed(instance, forNow.has(error.code) ? failure.outOfResources : failure.processing);
  }
}

const failed = (instance: InstanceDescription | null, reason: FailureReason): StoreOutcome => ({
  sopClassUid: instance?.sopClassUid ?? null,
  sopInstanceUid: instance?.sopInstanceUid ?? null,
  retrieveUrl: null,
  failure: reason,
});
