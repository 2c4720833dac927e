import swagger from "@fastify/swagger";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type jsonSchemaTransform, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { ZodError } from "zod";
import { Fault } from "../base/fault.ts";
import { describeRoute } from "./describe-route.ts";
import { type HealthPorts, healthRoutes } from "./health-routes.ts";
import { problem } from "./problem.ts";
import { type ResultRoutePorts, resultRoutes } from "./result-routes.ts";
import { type StudyRoutePorts, studyRoutes } from "./study-routes.ts";

export interface ApplicationPorts extends StudyRoutePorts, ResultRoutePorts, HealthPorts {
  readonly version: string;
  /** A proxy on this machine stands before the server; its word for who asks is believed. */
  readonly behindProxy: boolean;
  /** Told of an error nobody expected, before it becomes a 500. */
  readonly unexpected: (error: unknown) => void;
  /** Sessions, DICOMweb and whatever else answers beside the API. */
  readonly also: (app: FastifyInstance) => Promise<void>;
}

const largestJsonBytes = 1 << 20;
/** Faults that pass by themselves: the browser may ask again. */
const passing: ReadonlySet<string> = new Set(["store.database-gone", "store.bucket-gone"]);

/** The HTTP application: thin routes over ports. Errors are problems (RFC 9457) in the words of the user, without a word of what was asked for. */
export async function application(ports: ApplicationPorts): Promise<FastifyInstance> {
  const app = fastify({
    trustProxy: ports.behindProxy ? "loopback" : false,
    bodyLimit: largestJsonBytes,
    requestTimeout: 0,
    routerOptions: { maxParamLength: 256 },
    logger: false,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, ports.unexpected));
  app.setNotFoundHandler((request, reply) => problem(request, reply, 404, "server.no-such-page"));
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Overread",
        version: ports.version,
        description: "Not a certified medical device. Results are unconfirmed until signed.",
      },
    },
    transform: describeRoute as typeof jsonSchemaTransform,
  });
  await ports.also(app);
  await app.register(healthRoutes, ports);
  await app.register(studyRoutes, ports);
  await app.register(resultRoutes, ports);
  app.get("/api/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  return app;
}

function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  unexpected: (error: unknown) => void,
): FastifyReply {
  if (error.validation !== undefined) {
    const where = error.validation.map(({ instancePath }) => instancePath.slice(1) || error.validationContext || "?");
    return problem(request, reply, 400, "server.bad-request", { where: [...new Set(where)].join(", ") });
  }
  if (error instanceof ZodError) {
    const where = error.issues.map(({ path }) => path.join("."));
    return problem(request, reply, 400, "server.bad-request", { where: [...new Set(where)].join(", ") });
  }
  if (error.statusCode !== undefined && error.statusCode < 500)
    return problem(request, reply, error.statusCode, "server.bad-request", { where: request.routeOptions.url ?? "?" });
  if (error instanceof Fault && passing.has(error.code)) return problem(request, reply, 503, error.code);
  unexpected(error);
  return problem(request, reply, 500, "server.unexpected");
}
