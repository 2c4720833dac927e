import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { listeningFault } from "./listening-fault.ts";

/** How long requests in hand may take when the address changes. */
const movingMs = 5000;

/** Where the web server listens; it can be moved to another address while it runs. */
export interface WebListener {
  readonly url: () => string;
  /** Listens at another address of this machine on the same port; what runs at the old one may end. */
  readonly moveTo: (host: string) => Promise<void>;
  /** Takes no new requests; those that run may end within the time. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** @throws Fault server.address-in-use, server.cannot-listen */
export async function listenForWeb(answer: RequestListener, place: { readonly host: string; readonly port: number }): Promise<WebListener> {
  let host = place.host;
  let server = await listening(answer, host, place.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: () => `http://${urlHost(host)}:${port}`,
    moveTo: async (wanted) => {
      if (wanted === host) return;
      // One port cannot be held at two addresses of which one holds the other.
      await closed(server, movingMs);
      try {
        server = await listening(answer, wanted, port);
        host = wanted;
      } catch (error) {
        server = await listening(answer, host, port);
        throw error;
      }
    },
    close: (graceMs) => closed(server, graceMs),
  };
}

async function listening(answer: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(answer);
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw listeningFault(error, { host, port });
  }
  return server;
}

/** Idle connections are closed at once, busy ones when they are done or when the time is over. */
async function closed(server: Server, graceMs: number): Promise<void> {
  const end = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), graceMs);
  await end;
  clearTimeout(late);
}

/** Addresses that stand for all of this machine are reached as localhost. */
const urlHost = (host: string): string => (host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host);
