import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Element, encodeElements } from "../write/elements.ts";
import { encodeCommand } from "./command-set.ts";
import { moveStudy } from "./move-scu.ts";
import { dataPdus } from "./pdu.ts";
import { findStudies } from "./query-scu.ts";

// What Orthanc cannot be made to do: a peer that answers by script.

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const item = (kind: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([kind, 0, body.length >> 8, body.length & 255]), body]);
function acceptance(): Buffer {
  const context = item(0x21, Buffer.concat([Buffer.from([1, 0, 0, 0]), item(0x40, Buffer.from("1.2.840.10008.1.2"))]));
  const body = Buffer.concat([Buffer.alloc(68), context, item(0x50, item(0x51, Buffer.from([0, 0, 64, 0])))]);
  const head = Buffer.from([2, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

const form = { isLast: true, maxPduBytes: 16384 };
/** A response with, where it is pending, an answer. */
function response(field: number, status: number, more: readonly Element[] = [], answer: readonly Element[] | null = null): Buffer {
  const command = encodeCommand([
    [0x00000100, "US", field | 0x8000],
    [0x00000120, "US", 1],
    [0x00000800, "US", answer === null ? 0x0101 : 1],
    [0x00000900, "US", status],
    ...more,
  ]);
  const dataSet = answer && encodeElements(answer, "implicit-le", (text) => Buffer.from(text));
  return Buffer.concat([
    ...dataPdus(1, command, { ...form, isCommand: true }),
    ...(dataSet ? dataPdus(1, dataSet, { ...form, isCommand: false }) : []),
  ]);
}
const study = (n: number): Element[] => [[0x0020000d, "UI", `1.2.${n}`]];
const find = 0x20;
const move = 0x21;

/** A peer that accepts, and tells the script of the request and of its cancellation. */
async function peer(script: (heard: "request" | "cancel" | "abort", socket: Socket) => void) {
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on("data", (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece]);
      while (bytes.length >= 6 && bytes.length >= 6 + bytes.readUInt32BE(2)) {
        const pdu = bytes.subarray(0, 6 + bytes.readUInt32BE(2));
        bytes = bytes.subarray(pdu.length);
        const kind = pdu.readUInt8(0);
        if (kind === 1) socket.write(acceptance());
        else if (kind === 4 && pdu.includes(Buffer.from([0xff, 0x0f]))) script("cancel", socket);
        else if (kind === 4 && pdu.readUInt8(11) === 2) script("request", socket);
        else if (kind === 7) script("abort", socket);
        else if (kind === 5) socket.end(Buffer.from([6, 0, 0, 0, 0, 4, 0, 0, 0, 0]));
      }
    });
    socket.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return { host: "127.0.0.1", port, calledAet: "PACS", callingAet: "OVERREAD", tls: false };
}
const patience = { connectTimeoutMs: 2000, idleTimeoutMs: 2000, signal: new AbortController().signal };
const query = { patientId: "A", from: "20200101", to: "20250101" };

test("a peer that has more answers than are wanted is asked to stop, and what it sent until then is what was found", async () => {
  let cancelled = 0;
  const to = await peer((heard, socket) => {
    if (heard === "request") for (let n = 0; n < 20; n++) socket.write(response(find, 0xff00, [], study(n)));
    if (heard === "cancel") {
      cancelled++;
      socket.write(response(find, 0xfe00));
    }
  });
  expect((await findStudies(to, query, 3, patience)).map(({ studyInstanceUid }) => studyInstanceUid)).toEqual(["1.2.0", "1.2.1", "1.2.2"]);
  expect(cancelled).toBe(1);
});

test("a peer that does not stop is left", async () => {
  const to = await peer((heard, socket) => {
    if (heard !== "request") return;
    const going = setInterval(() => socket.write(response(find, 0xff00, [], study(1))), 5);
    closers.push(() => clearInterval(going));
  });
  expect(await findStudies(to, query, 3, patience)).toHaveLength(3);
});

test("pending answers and the last one are told apart, however they come, and a failure is one whatever was found before", async () => {
  const whole = Buffer.concat([response(find, 0xff00, [], study(1)), response(find, 0xff01, [], study(2)), response(find, 0xa700)]);
  const to = await peer((heard, socket) => {
    if (heard === "request") for (const byte of whole) socket.write(Buffer.from([byte]));
  });
  await expect(findStudies(to, query, 9, patience)).rejects.toMatchObject({ code: "query.status", values: { status: "A700" } });
});

test("data that nobody announced ends the association", async () => {
  const to = await peer((heard, socket) => {
    if (heard === "request") socket.write(Buffer.concat(dataPdus(1, Buffer.alloc(10), { ...form, isCommand: false })));
  });
  await expect(findStudies(to, query, 9, patience)).rejects.toMatchObject({ code: "send.protocol-error" });
});

test("an answer without end is not waited for", async () => {
  const to = await peer((heard, socket) => {
    if (heard !== "request") return;
    socket.write(response(find, 0xff00, [], study(1)).subarray(0, -30));
    for (let n = 0; n < 8; n++)
      socket.write(Buffer.concat(dataPdus(1, Buffer.alloc(16_000), { ...form, isCommand: false, isLast: false })));
  });
  await expect(findStudies(to, query, 9, patience)).rejects.toMatchObject({ code: "send.protocol-error" });
});

test("a move that is stopped is cancelled at the peer, and the reason is the caller's", async () => {
  const heard: string[] = [];
  const stop = new AbortController();
  const to = await peer((what, socket) => {
    heard.push(what);
    if (what === "request") {
      socket.write(response(move, 0xff00));
      setTimeout(() => stop.abort(new Error("enough")), 50);
    }
    if (what === "cancel") socket.write(response(move, 0xfe00));
  });
  const moving = moveStudy(to, { studyInstanceUid: "1.2", destinationAet: "OVERREAD" }, { ...patience, signal: stop.signal });
  await expect(moving).rejects.toThrow("enough");
  expect(heard).toEqual(["request", "cancel"]);
});

test.each([
  [0xb000, { completed: 3, failed: 2, warning: 0 }],
  [0xa801, "query.destination-unknown"],
  [0xa702, "query.status"],
])("a move that ends with %s says so", async (status, outcome) => {
  const counts: Element[] = [
    [0x00001021, "US", 3],
    [0x00001022, "US", 2],
    [0x00001023, "US", 0],
  ];
  const to = await peer((heard, socket) => {
    // The identifier of those that failed follows.
    if (heard === "request") socket.write(response(move, status, counts, status === 0xb000 ? [[0x00080058, "UI", "1.2.3"]] : null));
  });
  const moving = moveStudy(to, { studyInstanceUid: "1.2", destinationAet: "OVERREAD" }, patience);
  if (typeof outcome === "string") await expect(moving).rejects.toMatchObject({ code: outcome });
  else expect(await moving).toEqual(outcome);
});
