/** One part of a multipart body to be sent. */
export interface PartToSend {
  readonly type: string;
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A multipart body (RFC 2046 5.1.1), streamed. @param boundary a text that does not occur in the parts */
export async function* writeMultipart(
  parts: AsyncIterable<PartToSend> | Iterable<PartToSend>,
  boundary: string,
): AsyncGenerator<Uint8Array> {
  for await (const { type, body } of parts) {
    yield Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n\r\n`);
    yield* body;
    yield Buffer.from("\r\n");
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}
