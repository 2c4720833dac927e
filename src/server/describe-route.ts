import { STATUS_CODES } from "node:http";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { Problem } from "../api/problem.ts";
import { actionKey } from "./session.ts";

type Route = Parameters<typeof jsonSchemaTransform>[0];
type Described = { schema: Record<string, unknown>; url: string };
type Answer = { readonly type?: string; readonly content?: object };

/**
 * How a route stands in the API's description. What any route behind a sign-in may answer is added here, and every error is a problem (RFC 9457). Pages, which are for
 * browsers, and the health of the server are left out.
 */
export function describeRoute({ schema, url, ...more }: Route): Described {
  const guarded = schema !== undefined && actionKey in schema;
  if (!guarded && !url.startsWith("/api/")) return { schema: { hide: true }, url };
  const always = { 400: Problem, ...(guarded && { 401: Problem, 403: Problem }), 500: Problem, 503: Problem };
  const route = { ...schema, response: { ...always, ...(schema?.response as object | undefined) } };
  const described = jsonSchemaTransform({ ...more, url, schema: route } as Route) as Described;
  const answers = Object.entries((described.schema.response ?? {}) as Record<string, Answer>);
  const response = Object.fromEntries(answers.map(([status, answer]) => [status, describeAnswer(status, answer)]));
  return { url, schema: { ...described.schema, response } };
}

function describeAnswer(status: string, answer: Answer): object {
  const description = STATUS_CODES[status];
  if (answer.type === "null" || answer.content !== undefined) return { description, ...answer };
  const mediaType = Number(status) < 400 ? "application/json" : "application/problem+json";
  return { description, content: { [mediaType]: { schema: answer } } };
}
