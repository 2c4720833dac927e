import type { ModelCard } from "./card.ts";

/** Numbers in the order of the axes given, the last axis fastest. */
export interface Tensor {
  readonly data: Float32Array<ArrayBufferLike>;
  readonly shape: readonly number[];
}

/** A net ready to run: inputs and outputs by name. A run that has begun cannot be stopped. */
export interface Session {
  readonly run: (inputs: Readonly<Record<string, Tensor>>) => Promise<Readonly<Record<string, Tensor>>>;
}

export interface Model {
  readonly card: ModelCard;
  readonly session: Session;
}

/** The nets of whoever calls, each loaded when it is first asked for. */
export interface Models {
  /** @throws Fault model.missing, model.damaged */
  readonly load: (id: string) => Promise<Model>;
}
