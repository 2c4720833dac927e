import type { FastifyReply, FastifyRequest } from "fastify";
import { Fault } from "../base/fault.ts";
import { isUid } from "../base/uid.ts";
import type { DicomJson } from "../dicom/web/dicom-json.ts";
import { covers, type Wanted, wantedOf } from "../dicom/web/media-type.ts";
import type { Match } from "../dicom/web/search-query.ts";
import type { DicomWebPorts, StoredInstance } from "./dicom-web-ports.ts";

/** Where the service is, as the client calls it. */
export const serviceOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}/dicom-web`;

/** What stands behind the question mark, in its order. */
export const queryOf = (request: FastifyRequest): URLSearchParams => new URL(request.url, "http://localhost").searchParams;

/** UIDs that the path names. */
export interface PathUids {
  readonly StudyInstanceUID?: string;
  readonly SeriesInstanceUID?: string;
  readonly SOPInstanceUID?: string;
}

/** @throws Fault dicom-web.bad-uid when one is none: it never reaches an index or a disk */
export function uidsOf(request: FastifyRequest): PathUids {
  const { study, series, instance } = request.params as Readonly<Record<string, string | undefined>>;
  for (const uid of [study, series, instance]) if (uid !== undefined && !isUid(uid)) throw new Fault("dicom-web.bad-uid");
  return {
    ...(study === undefined ? {} : { StudyInstanceUID: study }),
    ...(series === undefined ? {} : { SeriesInstanceUID: series }),
    ...(instance === undefined ? {} : { SOPInstanceUID: instance }),
  };
}

/**
 * What the client would have, best first: by the query parameter `accept` or by the header (PS3.18 8.3.3.1).
 * @throws Fault dicom-web.bad-accept
 */
export function wantedBy(request: FastifyRequest): readonly Wanted[] {
  const wanted = wantedOf(queryOf(request).get("accept") ?? request.headers.accept);
  if (wanted === null) throw new Fault("dicom-web.bad-accept");
  return wanted;
}

/** @throws Fault dicom-web.not-acceptable where the client would have something else than DICOM JSON */
export function jsonWantedBy(request: FastifyRequest): void {
  const isJson = ({ type, multipart }: Wanted): boolean =>
    !multipart && (covers(type, "application/dicom+json") || type === "application/json");
  if (!wantedBy(request).some(isJson)) throw new Fault("dicom-web.not-acceptable", { types: "application/dicom+json" });
}

/** Sends DICOM JSON; as bytes, as fastify would add a character set to the type of a text. */
export function sendJson(reply: FastifyReply, json: DicomJson | readonly DicomJson[]): FastifyReply {
  return reply
    .header("cache-control", "no-store")
    .type("application/dicom+json")
    .send(Buffer.from(JSON.stringify(json)));
}

/** No study has more. */
const mostInstances = 1_000_000;

/**
 * The stored objects that a path names; whoever asks for them is noted.
 * @throws Fault dicom-web.bad-uid, dicom-web.no-such-object, dicom-web.images-removed
 */
export async function instancesOf(request: FastifyRequest, ports: DicomWebPorts): Promise<readonly [StoredInstance, ...StoredInstance[]]> {
  const uids = uidsOf(request);
  const matches = Object.entries(uids).map(([key, uid]): Match => ({ key: key as keyof PathUids, kind: "one-of", values: [uid] }));
  const found = await ports.search({ level: "instance", matches, offset: 0, limit: mostInstances });
  const [first, ...rest] = found.map(({ instance }) => instance);
  if (first === undefined) {
    const removedAt = await ports.imagesRemovedAt(uids.StudyInstanceUID ?? "");
    if (removedAt !== null) throw new Fault("dicom-web.images-removed", { date: removedAt.toISOString().slice(0, 10) });
    throw new Fault("dicom-web.no-such-object");
  }
  await ports.viewed(request, first.studyInstanceUid);
  return [first, ...rest];
}

/** Address of a study, of a series, or of an instance. */
export function addressOf(service: string, study: string, series?: string, instance?: string): string {
  const ofSeries = series === undefined ? "" : `/series/${series}`;
  return `${service}/studies/${study}${ofSeries}${instance === undefined ? "" : `/instances/${instance}`}`;
}

/** Address of the values of a stored object that are too long for its metadata, by their path. */
export function bulkUriOf(
  request: FastifyRequest,
  { studyInstanceUid, seriesInstanceUid, sopInstanceUid }: StoredInstance,
): (path: string) => string {
  const address = addressOf(serviceOf(request), studyInstanceUid, seriesInstanceUid, sopInstanceUid);
  return (path) => `${address}/bulkdata/${path}`;
}
