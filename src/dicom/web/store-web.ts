import { once } from "node:events";
import { type IncomingMessage, request as plainRequest, STATUS_CODES } from "node:http";
import { request as secureRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../base/fault.ts";
import { reason } from "../../base/reason.ts";
import { openOrigin } from "../byte-source.ts";
import { connectionFault, isFinal } from "../dimse/connection-fault.ts";
import { formRank } from "../dimse/report-forms.ts";
import type { StorableObject } from "../dimse/storable-object.ts";
import { type Answer, answerOfStatus, notSent, type ObjectAnswer } from "../dimse/store-answer.ts";
import type { SendOptions } from "../dimse/store-scu.ts";
import { stowAnswers } from "./stow-answer.ts";

export interface WebPeer {
  /** The studies resource that is posted to. */
  readonly url: URL;
  /** The Authorization header; null sends none. */
  readonly authorization: string | null;
}

export interface WebOptions extends SendOptions {
  /** Bytes of files that one request holds, unless a single file is longer. */
  readonly batchBytes: number;
  /** A text that does not occur in the files, another one at each call. */
  readonly newBoundary: () => string;
}

/**
 * Stores objects at a DICOMweb server (STOW-RS, PS3.18 10.5) in requests of bounded size, and yields what the server says of each instance; an HTTP
 * status alone never counts as success. A request that fails as a whole is sent again in halves, so that one object does not spoil the others.
 * @throws the signal's reason when it aborts
 */
export async function* storeByWeb(objects: readonly StorableObject[], peer: WebPeer, options: WebOptions): AsyncGenerator<ObjectAnswer> {
  let waiting = objects;
  const halves: (readonly StorableObject[])[] = [];
  for (;;) {
    waiting = waiting.filter(options.isNeeded);
    const half = halves.pop();
    const batch = half ?? firstBatch(waiting, options.batchBytes);
    if (batch.length === 0) return;
    if (half === undefined) waiting = waiting.slice(batch.length);
    try {
      const { status, text } = await postPatiently(batch, peer, options);
      const answers = stowAnswers(text);
      const unanswered: StorableObject[] = [];
      for (const object of batch) {
        const said = answers.get(object.sopInstanceUid);
        if (said === undefined) unanswered.push(object);
        else yield { object, answer: answerOfStatus(said.status, said.comment, object) };
      }
      if (status >= 400 && unanswered.length > 1) {
        const middle = unanswered.length >> 1;
        halves.push(unanswered.slice(middle), unanswered.slice(0, middle));
        continue;
      }
      for (const object of unanswered) {
        const refused: Answer = { outcome: "refused", status: null, because: reason("send.http-status", httpValues(status)) };
        yield { object, answer: status >= 400 ? refused : notSent(reason("send.not-mentioned")) };
      }
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof UnreadableFile) {
        halves.push(batch.filter((object) => object !== error.object));
        yield { object: error.object, answer: notSent(reason("send.file-unreadable")) };
        continue;
      }
      if (!(error instanceof Fault)) throw error;
      for (const object of [...batch, ...halves.flat(), ...waiting]) yield { object, answer: notSent(reason(error.code, error.values)) };
      return;
    }
  }
}

/** Objects from the first on, as long as they fit and none is another form of a report whose answer is still out. */
function firstBatch(objects: readonly StorableObject[], limitBytes: number): readonly StorableObject[] {
  let bytes = 0;
  const end = objects.findIndex((object, index) => {
    bytes += object.size;
    return index > 0 && (bytes > limitBytes || formRank(object) !== formRank(objects[0] ?? object));
  });
  return end < 0 ? objects : objects.slice(0, end);
}

interface Response {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
}

/** Posts, and again where the connection is lost or the server is out of order for the moment. */
async function postPatiently(batch: readonly StorableObject[], peer: WebPeer, options: WebOptions): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await post(batch, peer, options);
      const fault = serviceFault(response, peer.url);
      if (fault === null) return response;
      throw fault;
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof UnreadableFile) throw error;
      const fault = connectionFault(error);
      if (isFinal(fault) || attempt >= options.retryWaitsMs.length) throw fault;
      await sleep(options.retryWaitsMs[attempt], undefined, { signal: options.signal });
    }
  }
}

/** What an HTTP status says of the service as a whole; null where it is about the instances. */
export function serviceFault({ status, location }: Pick<Response, "status" | "location">, url: URL): Fault | null {
  if (status >= 300 && status < 400) {
    const to = location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : null;
    return new Fault("send.redirected", { to: to === null ? "" : `${to.origin}${to.pathname}` });
  }
  if (status === 401 || status === 403 || status === 407) return new Fault("send.unauthorized", httpValues(status));
  if (status === 404 || status === 405 || status === 410 || status === 501) return new Fault("send.no-such-service", httpValues(status));
  return status === 429 || status > 500 ? new Fault("send.http-status", httpValues(status)) : null;
}

export const httpValues = (status: number) => ({ status, meaning: STATUS_CODES[status] ?? "" });

class UnreadableFile extends Error {
  readonly object: StorableObject;
  constructor(object: StorableObject, cause: unknown) {
    super("a file could not be read", { cause });
    this.object = object;
  }
}

async function post(batch: readonly StorableObject[], { url, authorization }: WebPeer, options: WebOptions): Promise<Response> {
  const { newBoundary, signal, connectTimeoutMs, idleTimeoutMs } = options;
  const boundary = newBoundary();
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  const tail = `--${boundary}--\r\n`;
  const start = url.protocol === "https:" ? secureRequest : plainRequest;
  const request = start(url, {
    method: "POST",
    agent: false,
    signal,
    headers: {
      "Content-Type": `multipart/related; type="application/dicom"; boundary=${boundary}`,
      "Content-Length": batch.reduce((sum, { front, size }) => sum + head.length + front.length + size + 2, tail.length),
      Accept: "application/dicom+json, application/dicom+xml;q=0.5",
      ...(authorization === null ? {} : { Authorization: authorization }),
    },
  });
  request.setTimeout(connectTimeoutMs, () => request.destroy(new Fault("send.silent", { seconds: (request.socket?.timeout ?? 0) / 1000 })));
  request.once("socket", (socket) => socket.once("connect", () => socket.setTimeout(idleTimeoutMs)));
  const body = Readable.from(multipart(batch, head, tail));
  body.once("error", (error) => error instanceof UnreadableFile && request.destroy(error));
  // A server may answer before it has read everything; then the answer counts, not the broken pipe.
  pipeline(body, request).catch(() => {});
  try {
    const [response] = (await once(request, "response")) as [IncomingMessage];
    return { status: response.statusCode ?? 0, location: response.headers.location, text: await textOf(response) };
  } finally {
    request.destroy();
  }
}

const readBytes = 1 << 18;

/** A multipart/related body (RFC 2387): each file as it stands, with a preamble in front where it has none. */
async function* multipart(batch: readonly StorableObject[], head: string, tail: string): AsyncGenerator<Uint8Array> {
  for (const object of batch) {
    yield Buffer.concat([Buffer.from(head), object.front]);
    try {
      const source = await openOrigin(object.origin);
      try {
        for (let at = 0; at < object.size; at += readBytes) {
          const wanted = Math.min(readBytes, object.size - at);
          const block = await source.read(at, wanted);
          if (block.length < wanted) throw new RangeError(`${block.length} of ${wanted} bytes`);
          yield block;
        }
      } finally {
        await source.close();
      }
    } catch (cause) {
      throw new UnreadableFile(object, cause);
    }
    yield Buffer.from("\r\n");
  }
  yield Buffer.from(tail);
}

const longestAnswerBytes = 1 << 24;

/** @throws Fault send.protocol-error when it is too long */
export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longestAnswerBytes) throw new Fault("send.protocol-error");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
