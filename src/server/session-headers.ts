import type { FastifyInstance } from "fastify";

/**
 * What a browser may do with our pages (OWASP Secure Headers): scripts only from here, models as WebAssembly, no plug-ins, no frame of
 * another origin. Nothing in it asks for https, as a hospital's own network may have none; `secure` adds what does.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

const always = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  // Not "no-referrer": a form would then not say its origin either.
  "referrer-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), payment=(), usb=()",
  // Isolated from other origins, a page may share memory with its workers.
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

/** Puts the headers on every answer; a route may say its own. What stands under /api is kept by no cache. */
export function addHeaders(app: FastifyInstance, secure: boolean): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(always);
    if (secure) reply.header("strict-transport-security", "max-age=31536000");
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
  });
}
