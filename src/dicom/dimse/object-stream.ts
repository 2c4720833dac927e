import { Fault } from "../../base/fault.ts";

/** More than this is not held for a slow consumer (one PDU may come on top): the socket is paused. */
const mostHeldBytes = 1 << 19;

/** The bytes of one data set on their way from a socket to one consumer, who may be slow, may leave early, and hears when they end too soon. */
export class ObjectStream implements AsyncIterable<Uint8Array> {
  readonly #longestBytes: number;
  readonly #taken: () => void;
  readonly #whole = Promise.withResolvers<void>();
  #pieces: Uint8Array[] = [];
  #heldBytes = 0;
  #bytes = 0;
  #isLeft = false;
  #isWhole = false;
  #wasRead = false;
  #fault: Fault | null = null;
  #wake: () => void = () => {};

  /**
   * @param longestBytes a data set that is longer is thrown as Fault `receive.too-long`
   * @param taken called whenever the consumer took bytes or left
   */
  constructor(longestBytes: number, taken: () => void) {
    this.#longestBytes = longestBytes;
    this.#taken = taken;
  }

  /** Resolves when the last byte came, taken or not; never after a fault. */
  get whole(): Promise<void> {
    return this.#whole.promise;
  }
  get isWhole(): boolean {
    return this.#isWhole;
  }
  /** Whether the consumer read to the end. */
  get wasRead(): boolean {
    return this.#wasRead;
  }
  get isTooLong(): boolean {
    return this.#bytes > this.#longestBytes;
  }
  get isFull(): boolean {
    return this.#heldBytes > mostHeldBytes;
  }

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#isLeft) return;
    if (this.isTooLong) {
      this.fail(new Fault("receive.too-long", { bytes: this.#longestBytes }));
      return;
    }
    this.#pieces.push(bytes);
    this.#heldBytes += bytes.length;
    this.#wake();
  }

  /** The last byte has come. */
  finish(): void {
    this.#isWhole = true;
    this.#whole.resolve();
    this.#wake();
  }

  /** No more will come, or be taken: what is held is dropped, and the consumer gets the fault. */
  fail(fault: Fault): void {
    this.#fault ??= fault;
    this.leave();
    this.#wake();
  }

  /** Nobody wants the rest: what is held is dropped, and so is what still comes. */
  leave(): void {
    this.#isLeft = true;
    this.#pieces = [];
    this.#heldBytes = 0;
    this.#taken();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        if (this.#fault !== null) throw this.#fault;
        const piece = this.#pieces.shift();
        if (piece !== undefined) {
          this.#heldBytes -= piece.length;
          this.#taken();
          yield piece;
        } else if (this.#isWhole) {
          this.#wasRead = true;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.leave();
    }
  }
}
