import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listenForWeb, type WebListener } from "../../src/main/web-listener.ts";

const sockets: Socket[] = [];
let listener: WebListener;

/** Answers with how many bytes came. */
const counting: RequestListener = (request, response) => {
  let bytes = 0;
  request.on("data", (piece: Buffer) => {
    bytes += piece.length;
  });
  request.on("end", () => response.end(String(bytes)));
  request.on("error", () => undefined);
};

beforeAll(async () => {
  const limits = { headMs: 1000, silentMs: 2000, connections: 120, connectionsPerHost: 40 };
  listener = await listenForWeb(counting, { host: "127.0.0.1", port: 0 }, limits);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await listener.close(0);
});

/** A connection from an address that is not that of a proxy, and what comes of it. */
function slowly(first: string, drip: string): { socket: Socket; answer: () => string; closed: Promise<void> } {
  const socket = connect({ port: Number(new URL(listener.url()).port), host: "127.0.0.1", localAddress: "127.0.0.2" });
  sockets.push(socket);
  let answer = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    answer += text;
  });
  socket.on("error", () => undefined);
  socket.write(first);
  const dripping = setInterval(() => socket.write(drip), 200);
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      clearInterval(dripping);
      resolve();
    });
  });
  return { socket, answer: () => answer, closed };
}

const count = async (): Promise<string> => (await fetch(listener.url(), { method: "POST", body: "12345" })).text();

test("a body that comes slower than a head may take is read to its end, one that stops is not waited for", async () => {
  const slow = slowly("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 15\r\n\r\n", "x");
  await slow.closed;
  expect(slow.answer()).toMatch(/\r\n\r\n2\r\n15\r\n|\r\n\r\n15$/);
  const silent = slowly("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n", "");
  await silent.closed;
  expect(silent.answer()).toBe("");
});

test("of a host that opens hundreds of connections and drips its requests only so many stay, none for longer than a head may take, and others are served", async () => {
  const flood = Array.from({ length: 300 }, () => slowly("GET / HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n"));
  const started = performance.now();
  expect(await count()).toBe("5");
  await Promise.all(flood.map(({ closed }) => closed));
  expect(performance.now() - started).toBeLessThan(15_000);
});

test("bodies that drip for ever take the room of their host and of nobody else", async () => {
  const flood = Array.from({ length: 300 }, () => slowly("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", "x"));
  const open = () => flood.filter(({ socket }) => !socket.closed);
  await expect.poll(() => open().length, { timeout: 60_000 }).toBe(40);
  expect(await count()).toBe("5");
  for (const { socket } of open()) socket.destroy();
  await Promise.all(flood.map(({ closed }) => closed));
});
