import { Fault } from "../base/fault.ts";
import { moveStudy } from "../dicom/dimse/move-scu.ts";
import { findSeries, findStudies } from "../dicom/dimse/query-scu.ts";
import { retrieveStudy } from "../dicom/web/retrieve-web.ts";
import { searchSeries, searchStudies } from "../dicom/web/search-web.ts";
import type { Peer } from "../store/peers.ts";
import type { PriorSource } from "../workflow/fetch-priors.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import type { DicomTls } from "./dicom-tls.ts";
import { dimsePeerOf } from "./dimse-peer.ts";

const mostStudies = 200;
const mostSeries = 200;
const connectTimeoutMs = 10_000;

/** The peers that are asked for earlier studies, by C-FIND and C-MOVE or over DICOMweb. A peer may be silent for as long as there is time at all. */
export function priorSources(
  peers: readonly Peer[],
  { aeTitle, tls, idleTimeoutMs }: { readonly aeTitle: string; readonly tls: DicomTls; readonly idleTimeoutMs: number },
  receive: (object: ArrivingObject) => Promise<Received>,
): PriorSource[] {
  const patience = (signal: AbortSignal) => ({ connectTimeoutMs, idleTimeoutMs, signal });
  return peers.flatMap((peer): PriorSource[] => {
    if (peer.priors === "c-move") {
      const to = () => dimsePeerOf(peer, aeTitle, tls);
      return [
        {
          name: peer.aeTitle,
          studies: async (query, signal) => findStudies(to(), query, mostStudies, patience(signal)),
          series: async (uid, signal) => findSeries(to(), uid, mostSeries, patience(signal)),
          retrieve: async (studyInstanceUid, signal) => {
            const { failed } = await moveStudy(to(), { studyInstanceUid, destinationAet: aeTitle }, patience(signal));
            if (failed !== null && failed > 0) throw new Fault("query.incomplete", { failed });
          },
        },
      ];
    }
    if (peer.priors !== "dicomweb" || peer.dicomWebUrl === null) return [];
    const service = new URL(peer.dicomWebUrl);
    return [
      {
        name: peer.aeTitle,
        studies: (query, signal) => searchStudies(service, query, mostStudies, patience(signal)),
        series: (uid, signal) => searchSeries(service, uid, mostSeries, patience(signal)),
        retrieve: async (uid, signal) => {
          let failed = 0;
          const take = async (file: AsyncIterable<Uint8Array>): Promise<void> => {
            const { kind } = await receive({ file, receivedBy: { way: "prior", from: peer.aeTitle }, announced: null });
            if (kind === "refused") failed++;
          };
          await retrieveStudy(service, uid, take, patience(signal));
          if (failed > 0) throw new Fault("query.incomplete", { failed });
        },
      },
    ];
  });
}
