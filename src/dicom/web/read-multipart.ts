import { Fault } from "../../base/fault.ts";

export interface Part {
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** To be read before the next part is asked for; what is left of it then is passed over. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Headers of one part together. */
const longestHeadersBytes = 16 * 1024;
const mostParts = 100_000;

/** What may stand as a boundary (RFC 2046 5.1.1), but longer than the 70 characters allowed there: Orthanc sends 73. */
export const isBoundary = (text: string | undefined): text is string =>
  text !== undefined && /^[\w'()+,./:=? -]{0,199}[\w'()+,./:=?-]$/.test(text);

/**
 * The parts of a multipart body (RFC 2046 5.1.1, RFC 2387) as they stream by: no more of them is held than one piece of the stream and one boundary.
 * @throws Fault dicom-web.bad-multipart when the body does not begin with a part, ends before its closing boundary, or has headers that are none
 */
export async function* readMultipart(stream: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  const input = new Input(stream);
  // The first boundary may stand at the very beginning, without a line break in front.
  input.unread(Buffer.from("\r\n"));
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  for await (const _ of input.until(delimiter));
  for (let parts = 0; ; parts++) {
    const line = await readLine(input, true);
    if (line.startsWith("--") && parts > 0) return;
    if (line.trim() !== "" || parts >= mostParts) throw broken();
    const headers = await readHeaders(input);
    const body = input.until(delimiter);
    yield { headers, body: { [Symbol.asyncIterator]: () => ({ next: () => body.next() }) } };
    while (!(await body.next()).done);
  }
}

const broken = (cause?: unknown): Fault => new Fault("dicom-web.bad-multipart", {}, cause);

async function readHeaders(input: Input): Promise<ReadonlyMap<string, string>> {
  const headers = new Map<string, string>();
  for (let bytes = 0; ; ) {
    const line = await readLine(input);
    if (line === "") return headers;
    bytes += line.length;
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || bytes > longestHeadersBytes) throw broken();
    headers.set(name.toLowerCase(), value.trim());
  }
}

async function readLine(input: Input, endCounts = false): Promise<string> {
  let line = "";
  for await (const piece of input.until(Buffer.from("\r\n"), endCounts)) {
    line += Buffer.from(piece).toString("latin1");
    if (line.length > longestHeadersBytes) throw broken();
  }
  return line;
}

class Input {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  unread(bytes: Buffer): void {
    this.#held = Buffer.concat([bytes, this.#held]);
  }

  /** What stands in front of a mark, which is then behind; at the end of the stream it is a fault, unless the end may stand for the mark. */
  async *until(mark: Buffer, endCounts = false): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      // The last bytes may be the beginning of the mark.
      const free = at >= 0 ? at : Math.max(0, this.#held.length - mark.length + 1);
      const piece = this.#held.subarray(0, free);
      this.#held = this.#held.subarray(at >= 0 ? at + mark.length : free);
      if (piece.length > 0) yield piece;
      if (at >= 0) return;
      const next = await this.#pieces.next().catch((cause: unknown) => {
        throw cause instanceof Fault ? cause : broken(cause);
      });
      if (next.done === true) {
        if (!endCounts) throw broken();
        yield this.#held;
        this.#held = Buffer.alloc(0);
        return;
      }
      this.#held =
        this.#held.length === 0
          ? Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length)
          : Buffer.concat([this.#held, next.value]);
    }
  }
}
