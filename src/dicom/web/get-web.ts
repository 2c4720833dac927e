import { once } from "node:events";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { Fault } from "../../base/fault.ts";
import { connectionFault } from "../dimse/connection-fault.ts";
import type { SendOptions } from "../dimse/store-scu.ts";
import { lookUpPeer, mayBePeerUrl } from "../peer-address.ts";
import { httpValues, serviceFault } from "./store-web.ts";

export type WebPatience = Pick<SendOptions, "connectTimeoutMs" | "idleTimeoutMs" | "signal">;

/** The address of a resource below the service's own. */
export function resourceOf(service: URL, path: string, query: readonly [name: string, value: string][] = []): URL {
  const url = new URL(service);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
  url.search = new URLSearchParams([...query]).toString();
  return url;
}

/**
 * Gets a resource of a DICOMweb service at an address that a peer may have; a redirection is followed nowhere. The connection is closed when the use ends.
 * @throws Fault `send.…` for every answer but 200 and 204, and for a connection that fails; the signal's reason
 */
export async function getFromPeer<Used>(
  service: URL,
  resource: URL,
  accept: string,
  { connectTimeoutMs, idleTimeoutMs, signal }: WebPatience,
  use: (response: IncomingMessage) => Promise<Used>,
): Promise<Used> {
  if (!mayBePeerUrl(service)) throw new Fault("send.address-refused");
  const start = resource.protocol === "https:" ? secureRequest : plainRequest;
  const request = start(resource, { agent: false, lookup: lookUpPeer, signal, headers: { Accept: accept } });
  request.setTimeout(connectTimeoutMs, () => request.destroy(new Fault("send.silent", { seconds: (request.socket?.timeout ?? 0) / 1000 })));
  request.once("socket", (socket) => socket.once("connect", () => socket.setTimeout(idleTimeoutMs)));
  request.end();
  let response: IncomingMessage | undefined;
  try {
    [response] = (await once(request, "response")) as [IncomingMessage];
    const status = response.statusCode ?? 0;
    const fault = serviceFault({ status, location: response.headers.location }, resource);
    if (fault !== null) throw fault;
    if (status !== 200 && status !== 204) throw new Fault("send.http-status", httpValues(status));
    return await use(response);
  } catch (error) {
    signal.throwIfAborted();
    // What the user of the answer threw for reasons of its own stays what it is.
    throw response === undefined || response.errored ? connectionFault(error) : error;
  } finally {
    // Whoever still reads hears that it is over.
    request.on("error", () => {});
    request.destroy();
  }
}
