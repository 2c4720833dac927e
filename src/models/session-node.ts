import * as runtime from "onnxruntime-node";
import { onnxSession } from "./onnx-session.ts";
import type { Session } from "./session.ts";

/** Threads that wait in a loop take the cores from whatever else runs, and gained nothing here. */
const withoutSpinning = { extra: { session: { intra_op: { allow_spinning: "0" } } } };

/**
 * A net on the CPU under Node.
 * @param onnx the bytes of a model
 * @param threads that one run may use; all cores are best, as runs do not overlap
 */
export const nodeSession = (onnx: Uint8Array, threads: number): Promise<Session> =>
  onnxSession(runtime, onnx, { executionProviders: ["cpu"], intraOpNumThreads: threads, ...withoutSpinning });
