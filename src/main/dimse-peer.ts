import { Fault } from "../base/fault.ts";
import type { DimsePeer } from "../dicom/dimse/association.ts";
import { mayBePeer } from "../dicom/peer-address.ts";
import type { Peer } from "../store/peers.ts";
import type { DicomTls } from "./dicom-tls.ts";

/**
 * Where a listed peer takes associations of ours.
 * @throws Fault peer.no-port, send.address-refused
 */
export function dimsePeerOf({ aeTitle, host, port, tls, certificateName }: Peer, callingAet: string, { connect }: DicomTls): DimsePeer {
  if (port === null) throw new Fault("peer.no-port");
  if (!mayBePeer(host)) throw new Fault("send.address-refused");
  const secure = { ...connect, ...(certificateName === null ? {} : { servername: certificateName }) };
  return { host, port, calledAet: aeTitle, callingAet, tls: tls && secure };
}
