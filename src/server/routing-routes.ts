import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { Problem } from "../api/problem.ts";
import { StudyRouting } from "../findings/study-routing.ts";
import type { Language } from "../words/say.ts";
import { languageOf, problem } from "./problem.ts";
import { OfStudy, type StudyRoutePorts } from "./study-routes.ts";

export interface RoutingRoutePorts extends Pick<StudyRoutePorts, "guard" | "viewed"> {
  /** What the rules and the analyses say of a study that is here, from its headers; null: there is no such study. */
  readonly routing: (studyInstanceUid: string, language: Language) => Promise<StudyRouting | null>;
}

/** Why a study is read or not. */
export async function routingRoutes(app: FastifyInstance, ports: RoutingRoutePorts): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().get(
    "/api/studies/:studyInstanceUid/routing",
    {
      preHandler: ports.guard("study.view"),
      schema: { summary: "Say why a study is read or not", params: OfStudy, response: { 200: StudyRouting, 404: Problem } },
    },
    async (request, reply) => {
      const { studyInstanceUid } = request.params;
      const routing = await ports.routing(studyInstanceUid, languageOf(request));
      if (routing === null) return problem(request, reply, 404, "server.no-such-study");
      await ports.viewed(request, studyInstanceUid);
      return routing;
    },
  );
}
