import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Fault } from "../base/fault.ts";
import { transferSyntax } from "../dicom/transfer-syntax.ts";
import { dicomJson } from "../dicom/web/dicom-json.ts";
import { canBeExplicit, explicitFile } from "../dicom/web/explicit-file.ts";
import { covers, type Wanted } from "../dicom/web/media-type.ts";
import { headerPlace, type StoredImage, storedHeader, storedImage } from "../dicom/web/stored-image.ts";
import { type PartToSend, writeMultipart } from "../dicom/web/write-multipart.ts";
import { type DicomWebPorts, type StoredInstance, sourceOf } from "./dicom-web-ports.ts";
import { bulkUriOf, instancesOf, jsonWantedBy, wantedBy } from "./dicom-web-request.ts";

const paths = ["/studies/:study", "/studies/:study/series/:series", "/studies/:study/series/:series/instances/:instance"];

/** Retrieve transaction (WADO-RS, PS3.18 10.4): whole objects, and their metadata. */
export async function retrieveRoutes(app: FastifyInstance, ports: DicomWebPorts): Promise<void> {
  const preHandler = ports.guard("study.view");
  for (const path of paths) {
    app.get(path, { preHandler }, async (request, reply) => {
      const wanted = wantedBy(request).filter(({ type }) => covers(type, "application/dicom"));
      const instances = await instancesOf(request, ports);
      const single = instances.length === 1 ? instances[0] : null;
      const file = single === null ? null : await fileOf(single, wanted, ports);
      if (!instances.every((instance) => isPossible(instance, wanted)) || file?.unwanted)
        throw new Fault("dicom-web.not-acceptable", { types: "multipart/related; type=application/dicom" });
      reply.header("cache-control", "no-store");
      if (file !== null && wanted[0]?.type === "application/dicom" && !wanted[0].multipart)
        return reply.type(file.type).send(Readable.from(file.body));
      if (!wanted.some(({ multipart, type }) => multipart || type === "*/*"))
        throw new Fault("dicom-web.not-acceptable", { types: "multipart/related; type=application/dicom" });
      const all = async function* (): AsyncGenerator<PartToSend> {
        if (file !== null) yield file;
        else for (const instance of instances) yield await fileOf(instance, wanted, ports);
      };
      return sendMultipart(reply, "application/dicom", all(), ports);
    });

    app.get(`${path}/metadata`, { preHandler }, async (request, reply) => {
      jsonWantedBy(request);
      const instances = await instancesOf(request, ports);
      reply.header("cache-control", "no-store").type("application/dicom+json");
      return reply.send(Readable.from(metadataOf(instances, request, ports)));
    });
  }
}

/** Sends parts as they come; each is made when the one before has gone. */
export function sendMultipart(
  reply: FastifyReply,
  type: string,
  parts: AsyncIterable<PartToSend> | Iterable<PartToSend>,
  ports: DicomWebPorts,
): FastifyReply {
  const boundary = ports.newBoundary();
  return reply
    .header("content-type", `multipart/related; type="${type}"; boundary=${boundary}`)
    .header("cache-control", "no-store")
    .send(Readable.from(writeMultipart(parts, boundary)));
}

/** A JSON array, one object after another. */
async function* metadataOf(instances: readonly StoredInstance[], request: FastifyRequest, ports: DicomWebPorts): AsyncGenerator<string> {
  let before = "[";
  for (const instance of instances) {
    const header = await storedHeader(sourceOf(instance, ports.pixels));
    yield before + JSON.stringify(dicomJson(await headerPlace(header), { bulkUri: bulkUriOf(request, instance) }));
    before = ",";
  }
  yield "]";
}

const explicitUid = "1.2.840.10008.1.2.1";

/** The transfer syntaxes that are wanted; where none is named it is Explicit VR Little Endian (PS3.18 table 8.7.3-2). */
const asStored = ({ transferSyntaxUid }: StoredInstance, wanted: readonly Wanted[]): boolean =>
  wanted.some(
    (one) =>
      one.transferSyntaxUid === "*" ||
      one.transferSyntaxUid === transferSyntaxUid ||
      (one.transferSyntaxUid === null && transferSyntaxUid === explicitUid),
  );

const asExplicit = (wanted: readonly Wanted[]): boolean =>
  wanted.some(({ transferSyntaxUid }) => (transferSyntaxUid ?? explicitUid) === explicitUid);

const isPossible = (instance: StoredInstance, wanted: readonly Wanted[]): boolean => asStored(instance, wanted) || asExplicit(wanted);

/**
 * An object as it is stored where that is wanted, or else in Explicit VR Little Endian. Where it cannot be unpacked, or was compressed with loss and no
 * syntax was named (PS3.18 8.7.3), it is sent as it is stored; its type says so.
 */
async function fileOf(
  instance: StoredInstance,
  wanted: readonly Wanted[],
  ports: DicomWebPorts,
): Promise<PartToSend & { readonly unwanted: boolean }> {
  const source = sourceOf(instance, ports.pixels);
  const stored = { type: `application/dicom; transfer-syntax=${instance.transferSyntaxUid}`, body: bytesOf(instance, ports) };
  if (asStored(instance, wanted)) return { ...stored, unwanted: false };
  const named = wanted.some(({ transferSyntaxUid }) => transferSyntaxUid === explicitUid);
  if (!named && transferSyntax(instance.transferSyntaxUid)?.lossy !== false) return { ...stored, unwanted: false };
  const header = await storedHeader(source);
  const image: StoredImage | null = header.pixelData === null ? null : await storedImage(header);
  if (!canBeExplicit(header, image)) return { ...stored, unwanted: named };
  return { type: `application/dicom; transfer-syntax=${explicitUid}`, body: explicitFile(header, image, ports.decode), unwanted: false };
}

const readBytes = 1 << 18;

async function* bytesOf({ pixelKey, bytes }: StoredInstance, { pixels }: DicomWebPorts): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += readBytes) yield await pixels.read(pixelKey, at, Math.min(readBytes, bytes - at));
}
