import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Fault } from "../base/fault.ts";
import { transferSyntax } from "../dicom/transfer-syntax.ts";
import { bulkValue } from "../dicom/web/bulk-value.ts";
import { mediaTypeOfFrames } from "../dicom/web/frame-media-type.ts";
import { greyScaleOf } from "../dicom/web/grey-scale.ts";
import { covers, type Wanted } from "../dicom/web/media-type.ts";
import { encodedFrame, type StoredImage, storedHeader, storedImage } from "../dicom/web/stored-image.ts";
import type { PartToSend } from "../dicom/web/write-multipart.ts";
import { type DicomWebPorts, sourceOf } from "./dicom-web-ports.ts";
import { instancesOf, queryOf, wantedBy } from "./dicom-web-request.ts";
import { sendMultipart } from "./dicom-web-retrieve.ts";

const path = "/studies/:study/series/:series/instances/:instance";
const explicitUid = "1.2.840.10008.1.2.1";
const octets = "application/octet-stream";

/** Pixels of one object (PS3.18 10.4): frames, rendered frames, and values too long for the metadata. */
export async function frameRoutes(app: FastifyInstance, ports: DicomWebPorts): Promise<void> {
  const preHandler = ports.guard("study.view");

  app.get(`${path}/frames/:frames`, { preHandler }, async (request, reply) => {
    const wanted = wantedBy(request);
    const image = await imageOf(request, ports);
    return sendFrames(reply, image, frameNumbers(request, image), wanted, ports);
  });

  app.get(`${path}/bulkdata/*`, { preHandler }, async (request, reply) => {
    const wanted = wantedBy(request);
    const [instance] = await instancesOf(request, ports);
    const header = await storedHeader(sourceOf(instance, ports.pixels));
    const value = await bulkValue(header, (request.params as { "*": string })["*"]);
    if (value === "pixels") {
      const image = await storedImage(header);
      return sendFrames(
        reply,
        image,
        image.frames.map((_, index) => index),
        wanted,
        ports,
      );
    }
    const choice = wanted.find(({ type }) => covers(type, octets));
    if (choice === undefined) throw new Fault("dicom-web.not-acceptable", { types: octets });
    if (!choice.multipart && choice.type === octets) return reply.type(choice.type).send(Buffer.from(value));
    return sendMultipart(reply, octets, [{ type: octets, body: [value] }], ports);
  });

  const rendered = async (request: FastifyRequest, reply: FastifyReply) => {
    const wanted = wantedBy(request).filter(({ multipart }) => !multipart);
    if (!wanted.some(({ type }) => covers(type, "image/png"))) {
      const jpeg = wanted.some(({ type }) => type === "image/jpeg");
      throw new Fault(jpeg ? "dicom-web.no-jpeg" : "dicom-web.not-acceptable", { types: "image/png" });
    }
    const asked = windowBy(request);
    const image = await imageOf(request, ports);
    const [index = 0] = frameNumbers(request, image);
    const scale = greyScaleOf(image.header.attributes, index);
    const { planar } = image;
    const png = await ports.render({ ...scale, window: asked ?? scale.window, planar, frame: await encodedFrame(image, index) });
    if (png === null) throw new Fault("dicom-web.cannot-decode");
    return reply.header("cache-control", "no-store").type("image/png").send(Buffer.from(png));
  };
  app.get(`${path}/rendered`, { preHandler }, rendered);
  app.get(`${path}/frames/:frames/rendered`, { preHandler }, rendered);
}

async function imageOf(request: FastifyRequest, ports: DicomWebPorts): Promise<StoredImage> {
  const [instance] = await instancesOf(request, ports);
  return storedImage(await storedHeader(sourceOf(instance, ports.pixels)));
}

/** Frames that the path names, counted from 0; without any the first. */
function frameNumbers(request: FastifyRequest, { frames }: StoredImage): number[] {
  const { frames: list = "1" } = request.params as { frames?: string };
  if (!/^\d{1,7}(,\d{1,7})*$/.test(list)) throw new Fault("dicom-web.bad-query", { parameter: "frames" });
  const numbers = list.split(",").map(Number);
  const missing = numbers.find((number) => number < 1 || number > frames.length);
  if (missing !== undefined) throw new Fault("dicom-web.no-such-frame", { frame: missing, frames: frames.length });
  return numbers.map((number) => number - 1);
}

/** Sends frames in the first of the wanted forms that can be had: unpacked, or as they are compressed. */
async function sendFrames(
  reply: FastifyReply,
  image: StoredImage,
  indices: readonly number[],
  wanted: readonly Wanted[],
  ports: DicomWebPorts,
): Promise<FastifyReply> {
  const stored = image.header.transferSyntaxUid;
  const packedType = mediaTypeOfFrames(stored);
  for (const { type, multipart, transferSyntaxUid: syntax } of wanted) {
    const single = !multipart && type !== "*/*";
    // Without parts there is room for one.
    if (single && indices.length > 1) continue;
    const asStored = syntax === "*" || syntax === stored;
    const isNative = syntax === null || syntax === explicitUid || (asStored && packedType === null);
    const first = isNative && covers(type, octets) ? await nativeFrame(image, indices[0] ?? 0, ports) : null;
    if (first !== null) {
      const rest = indices.slice(1).map((index) => () => nativeFrame(image, index, ports));
      return sendAs(reply, { type: octets, syntax: explicitUid, single }, [async () => first, ...rest], ports);
    }
    if (packedType !== null && (covers(type, packedType) ? asStored || syntax === null : asStored && type === octets)) {
      const frames = indices.map((index) => async () => (await encodedFrame(image, index)).bytes);
      return sendAs(reply, { type: packedType, syntax: stored, single }, frames, ports);
    }
  }
  throw new Fault("dicom-web.not-acceptable", { types: packedType === null ? octets : `${octets}, ${packedType}` });
}

async function sendAs(
  reply: FastifyReply,
  { type, syntax, single }: { readonly type: string; readonly syntax: string; readonly single: boolean },
  frames: readonly (() => Promise<Uint8Array | null>)[],
  ports: DicomWebPorts,
): Promise<FastifyReply> {
  const partType = `${type}; transfer-syntax=${syntax}`;
  const parts = async function* (): AsyncGenerator<PartToSend & { readonly body: readonly Uint8Array[] }> {
    for (const frame of frames) {
      const bytes = await frame();
      if (bytes === null) throw new Fault("dicom-web.cannot-decode");
      yield { type: partType, body: [bytes] };
    }
  };
  if (!single) return sendMultipart(reply, type, parts(), ports);
  const [bytes = new Uint8Array()] = (await parts().next()).value?.body ?? [];
  return reply.header("cache-control", "no-store").type(partType).send(Buffer.from(bytes));
}

/** A frame as Explicit VR Little Endian has it; null where it cannot be unpacked. */
async function nativeFrame(image: StoredImage, index: number, ports: DicomWebPorts): Promise<Uint8Array | null> {
  const frame = await encodedFrame(image, index);
  const syntax = transferSyntax(frame.transferSyntaxUid);
  return syntax?.codec === "native" && !syntax.bigEndian ? frame.bytes : ports.decode(frame);
}

/** `window=centre,width[,linear]` (PS3.18 8.3.5.1.4). */
function windowBy(request: FastifyRequest): { centerHu: number; widthHu: number } | null {
  const text = queryOf(request).get("window");
  if (text === null) return null;
  const [, center, width] = /^(-?\d+(?:\.\d+)?),(\d+(?:\.\d+)?)(?:,linear)?$/i.exec(text) ?? [];
  if (center === undefined || !(Number(width) >= 1)) throw new Fault("dicom-web.bad-query", { parameter: "window" });
  return { centerHu: Number(center), widthHu: Number(width) };
}
