import type { FastifyInstance, preHandlerHookHandler } from "fastify";
import { z } from "zod";
import type { ServerEvent } from "../api/event.ts";

export interface EventPorts {
  readonly guard: (action: "study.view") => preHandlerHookHandler;
  /** Hears events of all processes. @returns what ends it */
  readonly listen: (heard: (event: ServerEvent) => void) => Promise<() => Promise<void>>;
  readonly unexpected: (error: unknown) => void;
  /** The server ends: so do the streams. */
  readonly ending: AbortSignal;
}

/** A line now and then keeps proxies from closing a stream in which nothing happens. */
const beatMs = 15_000;
/** A browser that reads so much too slowly is let go; it comes back by itself. */
const mostUnreadBytes = 1 << 20;

/** GET /api/events: server-sent events for the worklist, without anything of a patient. */
export async function eventRoutes(app: FastifyInstance, { guard, listen, unexpected, ending }: EventPorts): Promise<void> {
  const schema = {
    summary: "Follow the worklist as server-sent events",
    response: { 200: { content: { "text/event-stream": { schema: z.string() } } } },
  };
  app.get("/api/events", { preHandler: guard("study.view"), schema }, async (request, reply) => {
    const stream = reply.raw;
    const headers = reply.getHeaders() as Record<string, string>;
    reply.hijack();
    stream.writeHead(200, { ...headers, "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    stream.write(": overread\n\n");
    const stop = await listen(({ event, ...data }) => {
      if (stream.writableLength > mostUnreadBytes) stream.destroy();
      else stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    });
    const beat = setInterval(() => stream.write(": beat\n\n"), beatMs);
    const end = (): void => void stream.end();
    ending.addEventListener("abort", end, { once: true });
    request.raw.once("close", () => {
      clearInterval(beat);
      ending.removeEventListener("abort", end);
      stop().catch(unexpected);
    });
    if (ending.aborted) end();
  });
}
