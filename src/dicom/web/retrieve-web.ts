import type { IncomingMessage } from "node:http";
import { Fault } from "../../base/fault.ts";
import { getFromPeer, resourceOf, type WebPatience } from "./get-web.ts";
import { mediaTypes } from "./media-type.ts";
import { isBoundary, readMultipart } from "./read-multipart.ts";

/**
 * Every object of a study from a DICOMweb service (WADO-RS, PS3.18 10.4), as it is stored there, one after another as they stream in.
 * @param take gets the bytes of one PS3.10 file, and is waited for
 * @returns how many there were
 * @throws Fault `send.…` when the service fails or its answer ends too soon; the signal's reason; what `take` throws
 */
export async function retrieveStudy(
  service: URL,
  studyInstanceUid: string,
  take: (file: AsyncIterable<Uint8Array>) => Promise<void>,
  patience: WebPatience,
): Promise<number> {
  const resource = resourceOf(service, `/studies/${studyInstanceUid}`);
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  return getFromPeer(service, resource, accept, patience, async (response: IncomingMessage) => {
    const [type] = mediaTypes(response.headers["content-type"] ?? "") ?? [];
    const boundary = type?.parameters.boundary;
    if (type?.type !== "multipart/related" || !isBoundary(boundary)) throw new Fault("send.protocol-error");
    let objects = 0;
    for await (const { body } of readMultipart(response, boundary)) {
      await take(body);
      objects++;
    }
    return objects;
  });
}
