import staticFiles from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Sessions } from "./session.ts";

export interface WebPagesPorts {
  readonly sessions: Sessions;
  /** Folder of the pages. */
  readonly folder: string;
  /** Resolves once they are built. */
  readonly built: () => Promise<void>;
}

/** Of the one page. */
const addresses = ["/worklist", "/studies/:studyInstanceUid"];
/** What anybody may have: the page, its scripts and styles hold nothing of a patient. */
export const openWebPages = ["/assets/*", ...addresses];

/** The worklist and the reading room in the browser: one page for all its addresses, which asks the API for everything else. */
export async function webPages(app: FastifyInstance, { sessions, folder, built }: WebPagesPorts): Promise<void> {
  // Names in assets/ change with their content.
  await app.register(staticFiles, { root: folder, serve: false });
  app.get("/assets/*", (request, reply) => {
    reply.header("cache-control", "public, max-age=31536000, immutable");
    return reply.sendFile(`assets/${(request.params as { "*": string })["*"]}`, { cacheControl: false });
  });
  for (const address of addresses) {
    app.get(address, async (request, reply) => {
      if (sessions.tokenOf(request) === undefined) return reply.redirect("/", 303);
      await built();
      return reply.header("cache-control", "no-store").sendFile("index.html", { cacheControl: false });
    });
  }
}
