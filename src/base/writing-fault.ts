import { Fault } from "./fault.ts";

/** An error of the file system while writing as a fault, output.disk-full or output.not-writable; anything else is passed on as it is. */
export function writingFault(error: unknown): unknown {
  if (error instanceof Fault || !(error instanceof Error && "code" in error && typeof error.code === "string")) return error;
  return error.code === "ENOSPC" || error.code === "EDQUOT"
    ? new Fault("output.disk-full", {}, error)
    : new Fault("output.not-writable", { system: error.code }, error);
}
