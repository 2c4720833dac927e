import * as runtime from "onnxruntime-web/wasm";
import { onnxSession } from "./onnx-session.ts";
import type { Session } from "./session.ts";

/**
 * A net in a browser, in WebAssembly; on several threads where the page is cross-origin isolated.
 * @param onnx the bytes of a model
 */
export const webSession = (onnx: Uint8Array): Promise<Session> => onnxSession(runtime, onnx, { executionProviders: ["wasm"] });
