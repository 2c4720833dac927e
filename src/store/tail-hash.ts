import { createHash } from "node:crypto";

/** SHA-256 of a stream from an offset on: what stands in front, such as file meta information, is counted and left out. */
export class TailHash {
  readonly #hash = createHash("sha256");
  readonly #from: number;
  /** Of all that came, the front included. */
  bytes = 0;

  constructor(from: number) {
    this.#from = from;
  }

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk.subarray(Math.min(chunk.length, Math.max(0, this.#from - this.bytes))));
    this.bytes += chunk.length;
  }

  /** Hex; to be asked for once. */
  sha256(): string {
    return this.#hash.digest("hex");
  }
}
