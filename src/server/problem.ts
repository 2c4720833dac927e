import type { FastifyReply, FastifyRequest } from "fastify";
import type { Problem } from "../api/problem.ts";
import { say } from "../words/say.ts";

/** The first of the two languages that the browser asks for. */
export function languageOf(request: FastifyRequest): "en" | "zh" {
  return /^[^,;]*\bzh\b/i.test(request.headers["accept-language"] ?? "") ? "zh" : "en";
}

/** Answers with an error in the language of who asked (RFC 9457). */
export function problem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  code: string,
  values: Record<string, string | number> = {},
): FastifyReply {
  const body: Problem = { type: "about:blank", status, code, title: say(languageOf(request), code, values) };
  return reply.code(status).type("application/problem+json").send(body);
}
