import { Fault } from "../base/fault.ts";

/** What the system says of a port that cannot be listened at, as a Fault server.address-in-use or server.cannot-listen. */
export function listeningFault(error: unknown, place: { readonly host: string; readonly port: number }): Fault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new Fault(code === "EADDRINUSE" ? "server.address-in-use" : "server.cannot-listen", { ...place, system: code }, error);
}
