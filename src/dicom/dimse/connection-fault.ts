import { Fault } from "../../base/fault.ts";

/** What went wrong before or during a conversation over TCP or TLS, in the words of `send.…`. */
export function connectionFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const system = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const known = codes[system] ?? (/^ERR_(SSL|TLS)|^EPROTO$|CERT|CRL/.test(system) ? "tls-failed" : "connection-lost");
  return new Fault(`send.${known}`, { system }, error);
}

const codes: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing-listens",
  ENOTFOUND: "unknown-host",
  EAI_AGAIN: "unknown-host",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ETIMEDOUT: "unreachable",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls-untrusted",
  SELF_SIGNED_CERT_IN_CHAIN: "tls-untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "tls-untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls-untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls-untrusted",
  CERT_HAS_EXPIRED: "tls-expired",
  CERT_NOT_YET_VALID: "tls-expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls-other-name",
};

/** Faults that trying again does not mend. */
export const isFinal = ({ code }: Fault): boolean => finalCodes.has(code);

const finalCodes = new Set([
  "send.rejected",
  "send.tls-untrusted",
  "send.tls-expired",
  "send.tls-other-name",
  "send.tls-failed",
  "send.redirected",
  "send.unauthorized",
  "send.no-such-service",
]);
