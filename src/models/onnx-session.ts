import type * as Onnx from "onnxruntime-node";
import type { Session, Tensor } from "./session.ts";

/** What both builds of ONNX Runtime share. */
export type OnnxRuntime = Pick<typeof Onnx, "InferenceSession" | "Tensor">;

/**
 * A session on either build of ONNX Runtime, on its CPU.
 * @param onnx the bytes of a model
 * @throws whatever the runtime throws for bytes that are no model
 */
export async function onnxSession(
  { InferenceSession, Tensor: OnnxTensor }: OnnxRuntime,
  onnx: Uint8Array,
  options: Onnx.InferenceSession.SessionOptions,
): Promise<Session> {
  const session = await InferenceSession.create(onnx, options);
  return {
    run: async (inputs) => {
      const feeds = Object.entries(inputs).map(([name, { data, shape }]) => [name, new OnnxTensor("float32", data as Float32Array, shape)]);
      const outputs = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data, dims }]): [string, Tensor] => [name, floats(name, data, dims)]),
      );
    },
  };
}

function floats(name: string, data: unknown, shape: readonly number[]): Tensor {
  if (!(data instanceof Float32Array)) throw new TypeError(`output ${name} is not of 32-bit floats`);
  return { data, shape };
}
