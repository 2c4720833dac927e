import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { listeningFault } from "./listening-fault.ts";

/** How long requests in hand may take when the address changes. */
const movingMs = 5000;

export interface WebLimits {
  /** For the head of a request; the body may take as long as it moves, since an upload is as long as it is. */
  readonly headMs: number;
  /** How long neither side of a connection may move a byte. */
  readonly silentMs: number;
  /** Connections at once; one more is closed. */
  readonly connections: number;
  /** The same for one remote address other than loopback, where a proxy brings everybody. */
  readonly connectionsPerHost: number;
}

const usualLimits: WebLimits = { headMs: 20_000, silentMs: 120_000, connections: 2000, connectionsPerHost: 400 };

/** Where the web server listens; it can be moved to another address while it runs. */
export interface WebListener {
  readonly url: () => string;
  /** Listens at another address of this machine on the same port; what runs at the old one may end. */
  readonly moveTo: (host: string) => Promise<void>;
  /** Takes no new requests; those that run may end within the time. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** @throws Fault server.address-in-use, server.cannot-listen */
export async function listenForWeb(
  answer: RequestListener,
  place: { readonly host: string; readonly port: number },
  limits: WebLimits = usualLimits,
): Promise<WebListener> {
  let host = place.host;
  let server = await listening(answer, host, place.port, limits);
  const { port } = server.address() as AddressInfo;
  return {
    url: () => `http://${urlHost(host)}:${port}`,
    moveTo: async (wanted) => {
      if (wanted === host) return;
      // One port cannot be held at two addresses of which one holds the other.
      await closed(server, movingMs);
      try {
        server = await listening(answer, wanted, port, limits);
        host = wanted;
      } catch (error) {
        server = await listening(answer, host, port, limits);
        throw error;
      }
    },
    close: (graceMs) => closed(server, graceMs),
  };
}

async function listening(answer: RequestListener, host: string, port: number, limits: WebLimits): Promise<Server> {
  const { headMs, silentMs, connections, connectionsPerHost } = limits;
  // Node's own limit of a whole request, five minutes, would cut long uploads off.
  const server = createServer({ requestTimeout: 0, headersTimeout: headMs, connectionsCheckingInterval: headMs / 4 }, answer);
  server.setTimeout(silentMs);
  server.maxConnections = connections;
  const ofHost = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const from = socket.remoteAddress ?? "";
    if (isLoopback(from)) return;
    const others = ofHost.get(from) ?? 0;
    if (others >= connectionsPerHost) {
      socket.destroy();
      return;
    }
    ofHost.set(from, others + 1);
    socket.once("close", () => {
      const left = (ofHost.get(from) ?? 1) - 1;
      if (left === 0) ofHost.delete(from);
      else ofHost.set(from, left);
    });
  });
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

const isLoopback = (address: string): boolean => ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(address);
