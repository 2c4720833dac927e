import type { ByteSource } from "./byte-source.ts";

/** A DICOM file that comes in as a stream: its beginning can be read as a file's before the whole passes on. */
export interface StreamedFile {
  /** Random access to the beginning, which is held as far as it was asked for. */
  readonly source: ByteSource;
  /** The whole file, from its first byte; to be taken once, when the source is no longer needed. */
  readonly whole: () => AsyncGenerator<Uint8Array>;
}

export function streamedFile(name: string, stream: AsyncIterable<Uint8Array>): StreamedFile {
  const pieces = stream[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let ended = false;
  const pull = async (): Promise<void> => {
    const next = await pieces.next();
    if (next.done === true) ended = true;
    else {
      held.push(next.value);
      heldBytes += next.value.length;
    }
  };
  const read: ByteSource["read"] = async (offset, length) => {
    while (!ended && heldBytes < offset + length) await pull();
    return Buffer.concat(held).subarray(offset, offset + length);
  };
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      while (held.length > 0) yield held.shift() as Uint8Array;
      while (!ended) {
        await pull();
        const piece = held.shift();
        if (piece !== undefined) yield piece;
      }
    } finally {
      await pieces.return?.();
    }
  }
  return { source: { name, size: Number.POSITIVE_INFINITY, read, close: async () => {} }, whole };
}
