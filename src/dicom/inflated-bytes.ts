import { pipeline, Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";

type Read = (offset: number, length: number) => Promise<Uint8Array<ArrayBufferLike>>;

const chunkBytes = 64 * 1024;

/**
 * What a raw deflate stream (RFC 1951) unpacks to, read as it streams by: reading on costs what it takes, reading back starts again, and only what is
 * asked for stands in memory, however much there is. A stream that is broken ends where it breaks.
 * @param read the packed stream, from 0 on, until it gives no more
 * @param front bytes that stand, as they are, in front of what is unpacked
 */
export function inflatedBytes(
  read: Read,
  front: Uint8Array = new Uint8Array(),
): { readonly read: Read; readonly close: () => Promise<void> } {
  let stream: AsyncIterator<Uint8Array> | null = null;
  let chunk = front;
  /** Of the chunk's first byte. */
  let chunkAt = 0;

  async function* packed(): AsyncGenerator<Uint8Array> {
    for (let at = 0; ; ) {
      const piece = await read(at, chunkBytes);
      if (piece.length === 0) return;
      yield piece;
      at += piece.length;
    }
  }
  const close = async (): Promise<void> => {
    await stream?.return?.();
    stream = null;
  };
  const next = async (): Promise<boolean> => {
    // An error ends the iteration; there is nothing else to do about it.
    stream ??= pipeline(Readable.from(packed()), createInflateRaw({ chunkSize: chunkBytes }), () => {})[Symbol.asyncIterator]();
    const { done, value } = await stream.next().catch(() => ({ done: true, value: undefined }));
    if (done || value === undefined) return false;
    chunkAt += chunk.length;
    chunk = value;
    return true;
  };
  return {
    read: async (offset, length) => {
      if (offset < chunkAt) {
        await close();
        chunk = front;
        chunkAt = 0;
      }
      const parts: Uint8Array[] = [];
      for (let at = offset; at < offset + length; ) {
        const part = chunk.subarray(at - chunkAt, offset + length - chunkAt);
        parts.push(part);
        at += part.length;
        if (at < offset + length && !(await next())) break;
      }
      return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    },
    close,
  };
}
