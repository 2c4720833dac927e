import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { expect, test } from "vitest";
import type { StorableObject } from "../dimse/storable-object.ts";
import { storeByWeb } from "./store-web.ts";

function object(uid: string, bytes: number, size = bytes): StorableObject {
  return {
    origin: { kind: "bytes", name: "", bytes: new Uint8Array(bytes).fill(88) },
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
    sopInstanceUid: uid,
    transferSyntaxUid: "1.2.840.10008.1.2.1",
    size,
    dataSetOffset: 0,
    front: Buffer.from(`[${uid}]`),
    read: null,
    identifiers: [],
  };
}

/** Sends to a server of this listener; each answer as "UID outcome code". */
async function sentTo(
  listener: RequestListener,
  objects: readonly StorableObject[],
  more: { batchBytes?: number; idleTimeoutMs?: number } = {},
) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const url = new URL(`http://127.0.0.1:${address.port}/studies`);
  const { signal } = new AbortController();
  const newBoundary = (): string => "b";
  const options = {
    isNeeded: () => true,
    retryWaitsMs: [1],
    connectTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    batchBytes: 1000,
    newBoundary,
    signal,
    ...more,
  };
  const answers: string[] = [];
  for await (const { object, answer } of storeByWeb(objects, { url, authorization: null }, options))
    answers.push([object.sopInstanceUid, answer.outcome, answer.because?.code].filter(Boolean).join(" "));
  server.closeAllConnections();
  server.close();
  return answers;
}

/** Stores what it gets, and notes the instances of each request. */
const storing =
  (requests: string[][]): RequestListener =>
  async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const uids = [...text.matchAll(/\[([\d.]+)\]/g)].map(([, uid = ""]) => uid);
    requests.push(uids);
    expect(Number(request.headers["content-length"])).toBe(Buffer.byteLength(text));
    response.end(JSON.stringify({ "00081199": { Value: uids.map((uid) => ({ "00081155": { Value: [uid] } })) } }));
  };

test("a request holds as many files as fit its bound, and a longer file goes alone", async () => {
  const requests: string[][] = [];
  const objects = [object("1", 400), object("2", 400), object("3", 400), object("4", 5000), object("5", 1)];
  expect(await sentTo(storing(requests), objects)).toEqual(["1 stored", "2 stored", "3 stored", "4 stored", "5 stored"]);
  expect(requests).toEqual([["1", "2"], ["3"], ["4"], ["5"]]);
});

test("a file that cannot be read to its end is left out, and the others of its request are sent", async () => {
  const requests: string[][] = [];
  const answers = await sentTo(storing(requests), [object("1", 100), object("2", 100, 300), object("3", 100)]);
  expect(answers.sort()).toEqual(["1 stored", "2 not-sent send.file-unreadable", "3 stored"]);
});

test("a server that refuses before it has read the upload is believed", async () => {
  const refusing: RequestListener = (_request, response) => void response.writeHead(413).end();
  expect(await sentTo(refusing, [object("1", 50_000_000)])).toEqual(["1 refused send.http-status"]);
});

test("a server that falls silent is left after the idle time", async () => {
  expect(await sentTo(() => {}, [object("1", 100), object("2", 5000)], { idleTimeoutMs: 100 })).toEqual([
    "1 not-sent send.silent",
    "2 not-sent send.silent",
  ]);
});
