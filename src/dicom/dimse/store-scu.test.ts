import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { StorableObject } from "./storable-object.ts";
import type { ObjectAnswer } from "./store-answer.ts";
import { storeByDimse } from "./store-scu.ts";

// What the real servers of tests/flow cannot be made to do: a peer that answers by script, PDU by PDU.

const ct = "1.2.840.10008.5.1.4.1.1.2";
const explicit = "1.2.840.10008.1.2.1";
const type = { accept: 2, reject: 3, data: 4, releaseRequest: 5, releaseResponse: 6, abort: 7 } as const;

const pdu = (kind: number, ...body: number[]): Buffer => {
  const head = Buffer.from([kind, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, Buffer.from(body)]);
};
const item = (kind: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([kind, 0, body.length >> 8, body.length & 255]), body]);

function acceptance(maxPduBytes: number, result = 0): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(maxPduBytes);
  const context = item(0x21, Buffer.concat([Buffer.from([1, 0, result, 0]), item(0x40, Buffer.from(explicit))]));
  return pdu(type.accept, ...Buffer.concat([Buffer.alloc(68), context, item(0x50, item(0x51, length))]));
}

/** A C-STORE response. */
function response(status: number, { messageId = 1, comment = "" } = {}): Buffer {
  const element = (number: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt16LE(number, 2);
    head.writeUInt32LE(value.length, 4);
    return Buffer.concat([head, value]);
  };
  const us = (value: number): Buffer => Buffer.from([value & 255, value >> 8]);
  const command = Buffer.concat([
    element(0x0100, us(0x8001)),
    element(0x0120, us(messageId)),
    element(0x0800, us(0x0101)),
    element(0x0900, us(status)),
    ...(comment === "" ? [] : [element(0x0902, Buffer.from(comment))]),
  ]);
  const value = Buffer.alloc(6);
  value.writeUInt32BE(command.length + 2);
  value.set([1, 3], 4);
  return pdu(type.data, ...value, ...command);
}

interface Received {
  readonly kind: number;
  readonly body: Buffer;
}
const isLastOfDataSet = ({ kind, body }: Received): boolean => kind === type.data && body.readUInt8(5) === 2;

/** Runs a peer that meets each PDU with a script; gives what came of the objects and all PDUs that the peer got. */
async function met(
  objects: readonly StorableObject[],
  script: (received: Received, socket: Socket, association: number) => void,
  idleTimeoutMs = 5000,
): Promise<{ answers: ObjectAnswer[]; received: Received[] }> {
  const received: Received[] = [];
  let associations = 0;
  const server = createServer((socket) => {
    const association = ++associations;
    let held = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      held = Buffer.concat([held, bytes]);
      while (held.length >= 6 && held.length >= 6 + held.readUInt32BE(2)) {
        const one = { kind: held.readUInt8(0), body: held.subarray(6, 6 + held.readUInt32BE(2)) };
        held = held.subarray(6 + one.body.length);
        received.push(one);
        script(one, socket, association);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const peer = { host: "127.0.0.1", port: address.port, calledAet: "PEER", callingAet: "OVERREAD", tls: false };
  const answers: ObjectAnswer[] = [];
  const { signal } = new AbortController();
  const options = { isNeeded: () => true, retryWaitsMs: [1, 1], connectTimeoutMs: 5000, idleTimeoutMs, signal };
  for await (const answer of storeByDimse(objects, peer, options)) answers.push(answer);
  await new Promise((resolve) => server.close(resolve));
  return { answers, received };
}

/** An object whose data set is of the given bytes. */
function object(bytes: number, more: Partial<StorableObject> = {}): StorableObject {
  const content = Uint8Array.from({ length: bytes }, (_, n) => n % 251);
  return {
    origin: { kind: "bytes", name: "", bytes: content },
    sopClassUid: ct,
    sopInstanceUid: "1.2.3",
    transferSyntaxUid: explicit,
    size: bytes,
    dataSetOffset: 0,
    front: new Uint8Array(),
    read: null,
    identifiers: ["SECRET-ID", "王伟"],
    ...more,
  };
}

/** A peer that takes everything with one status. */
const taking =
  (maxPduBytes: number, status = 0, comment = "") =>
  (received: Received, socket: Socket): void => {
    if (received.kind === 1) socket.write(acceptance(maxPduBytes));
    if (isLastOfDataSet(received)) socket.write(response(status, { comment }));
    if (received.kind === type.releaseRequest) socket.end(pdu(type.releaseResponse, 0, 0, 0, 0));
  };

const codesOf = (answers: readonly ObjectAnswer[]): string[] =>
  answers.map(({ answer }) => `${answer.outcome} ${answer.because?.code ?? ""}`.trim());

test.each([4096, 16384, 0])(
  "with PDUs of at most %i bytes the data set arrives whole, in even pieces, the last one marked",
  async (max) => {
    for (const bytes of [2, 4090, 4090 * 3, 500_000, 262_144 * 2]) {
      const { answers, received } = await met([object(bytes)], taking(max));
      expect(codesOf(answers)).toEqual(["stored"]);
      const pieces = received.filter(({ kind, body }) => kind === type.data && (body.readUInt8(5) & 1) === 0).map(({ body }) => body);
      expect(Buffer.concat(pieces.map((body) => body.subarray(6))).equals(Uint8Array.from({ length: bytes }, (_, n) => n % 251))).toBe(
        true,
      );
      expect(pieces.map((body) => body.readUInt8(5))).toEqual([...Array(pieces.length - 1).fill(0), 2]);
      for (const body of pieces) {
        expect(body.length % 2).toBe(0);
        if (max > 0) expect(body.length).toBeLessThanOrEqual(max);
      }
    }
  },
);

test("a data set of odd length gets one zero byte behind it", async () => {
  const { received } = await met([object(4091)], taking(4096));
  const pieces = received
    .filter(({ kind, body }) => kind === type.data && (body.readUInt8(5) & 1) === 0)
    .map(({ body }) => body.subarray(6));
  expect(Buffer.concat(pieces).length).toBe(4092);
  expect(Buffer.concat(pieces).at(-1)).toBe(0);
});

test("a warning is stored with a warning, and the peer's words are shown without the patient", async () => {
  const { answers } = await met([object(100)], taking(16384, 0xb000, "changed SECRET-ID\u0007"));
  expect(answers[0]?.answer).toEqual({
    outcome: "stored-with-warning",
    status: 0xb000,
    because: { code: "send.status-comment", values: { status: "B000", meaning: "Coercion of data elements", comment: "changed …" } },
  });
});

test.each([
  ["an acceptance out of turn", acceptance(16384)],
  ["a rejection out of turn", pdu(type.reject, 0, 1, 1, 1)],
  ["a release response out of turn", pdu(type.releaseResponse, 0, 0, 0, 0)],
  ["a PDU of no known type", pdu(0x99, 1, 2, 3)],
  ["a PDU that claims 4 GB", Buffer.from([4, 0, 0xff, 0xff, 0xff, 0xff])],
  ["a data value that leads out of its PDU", pdu(type.data, 0, 0, 9, 9, 1, 3)],
  ["the answer to another message", response(0, { messageId: 77 })],
  ["a data set instead of a command", pdu(type.data, 0, 0, 0, 4, 1, 2, 0, 0)],
])("%s is met with an A-ABORT of the provider and never with success", async (_name, nonsense) => {
  const { answers, received } = await met([object(100)], (one, socket) => {
    if (one.kind === 1) socket.write(acceptance(16384));
    if (isLastOfDataSet(one)) socket.write(nonsense);
  });
  expect(codesOf(answers)).toEqual(["not-sent send.protocol-error"]);
  const aborts = received.filter(({ kind }) => kind === type.abort).map(({ body }) => [...body]);
  expect(aborts).toEqual([
    [0, 0, 2, 2],
    [0, 0, 2, 2],
    [0, 0, 2, 2],
  ]);
});

test.each([
  ["data before the acceptance", response(0), "send.protocol-error"],
  ["a broken acceptance", pdu(type.accept, ...Buffer.alloc(68), 0x21, 0, 0xff, 0xff), "send.protocol-error"],
  ["a permanent rejection", pdu(type.reject, 0, 1, 1, 7), "send.rejected"],
  ["a rejection for the moment", pdu(type.reject, 0, 2, 3, 1), "send.rejected-for-now"],
  ["an abort", pdu(type.abort, 0, 0, 2, 6), "send.aborted-by-peer"],
])("%s opens no association", async (_name, answer, code) => {
  const { answers, received } = await met([object(100), object(200)], (one, socket) => {
    if (one.kind === 1) socket.write(answer);
  });
  expect(codesOf(answers)).toEqual([`not-sent ${code}`, `not-sent ${code}`]);
  expect(received.filter(({ kind }) => kind === 1)).toHaveLength(code === "send.rejected" ? 1 : 3);
});

test("a context that is refused, or accepted in another syntax, is not used", async () => {
  const refusing = await met(
    [object(100)],
    (one, socket) => void (one.kind === 1 ? socket.write(acceptance(16384, 3)) : taking(0)(one, socket)),
  );
  expect(codesOf(refusing.answers)).toEqual(["not-accepted send.context-rejected"]);
  const other = await met([object(100, { transferSyntaxUid: "1.2.840.10008.1.2.4.90" })], taking(16384));
  expect(codesOf(other.answers)).toEqual(["not-accepted send.context-rejected"]);
  expect(other.received.some(({ kind }) => kind === type.data)).toBe(false);
});

test("a peer that ends the association early is answered, and the rest goes over a new one", async () => {
  const { answers, received } = await met([object(100), object(200)], (one, socket, association) => {
    if (association > 1) return taking(16384)(one, socket);
    if (one.kind === 1) socket.write(acceptance(16384));
    if (isLastOfDataSet(one)) socket.write(Buffer.concat([response(0), pdu(type.releaseRequest, 0, 0, 0, 0)]));
  });
  expect(codesOf(answers)).toEqual(["stored", "stored"]);
  expect(received.filter(({ kind }) => kind === type.releaseResponse)).toHaveLength(1);
});

test("two releases that cross end in good order", async () => {
  const { answers, received } = await met([object(100)], (one, socket) => {
    if (one.kind === type.releaseRequest) socket.write(pdu(type.releaseRequest, 0, 0, 0, 0));
    else if (one.kind === type.releaseResponse) socket.end(pdu(type.releaseResponse, 0, 0, 0, 0));
    else taking(16384)(one, socket);
  });
  expect(codesOf(answers)).toEqual(["stored"]);
  expect(received.map(({ kind }) => kind).slice(-2)).toEqual([type.releaseRequest, type.releaseResponse]);
});

test("a peer that falls silent is left after the idle time, with an A-ABORT", async () => {
  const { answers, received } = await met([object(100)], (one, socket) => void (one.kind === 1 && socket.write(acceptance(16384))), 100);
  expect(codesOf(answers)).toEqual(["not-sent send.silent"]);
  expect(received.filter(({ kind }) => kind === type.abort)).toHaveLength(3);
});

test("a file that became shorter is not sent, its association is aborted, and the others go over a new one", async () => {
  const { answers, received } = await met([object(100), object(200, { size: 5000 }), object(300)], (one, socket) =>
    taking(16384)(one, socket),
  );
  expect(codesOf(answers)).toEqual(["stored", "not-sent send.file-unreadable", "stored"]);
  expect(received.filter(({ kind }) => kind === type.abort)).toHaveLength(1);
});

test("one object at which the peer always breaks off does not keep the others from it", async () => {
  const poison = object(666);
  const { answers } = await met([poison, object(100), object(200)], (one, socket) => {
    if (isLastOfDataSet(one) && one.body.length === 666 + 6) socket.destroy();
    else taking(16384)(one, socket);
  });
  expect(codesOf(answers)).toEqual(["not-sent send.connection-lost", "stored", "stored"]);
});
