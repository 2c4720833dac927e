import { networkInterfaces } from "node:os";
import { afterEach, expect, test } from "vitest";
import { listenForWeb, type WebListener } from "./web-listener.ts";

let listener: WebListener | null = null;
afterEach(async () => listener?.close(0));

const otherAddress = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === "IPv4" && !each.internal)?.address;

test("a listener moves to another address of the machine and keeps its port", async () => {
  listener = await listenForWeb((_request, response) => response.end("here"), { host: "127.0.0.1", port: 0 });
  const before = listener.url();
  expect(await (await fetch(before)).text()).toBe("here");
  await listener.moveTo("0.0.0.0");
  expect(listener.url()).toBe(before.replace("127.0.0.1", "localhost"));
  expect(await (await fetch(before)).text()).toBe("here");
});

test.skipIf(otherAddress === undefined)("on loopback nobody else reaches it, afterwards everybody", async () => {
  listener = await listenForWeb((_request, response) => response.end("here"), { host: "127.0.0.1", port: 0 });
  const outside = listener.url().replace("127.0.0.1", otherAddress ?? "");
  await expect(fetch(outside)).rejects.toThrow();
  await listener.moveTo("0.0.0.0");
  expect((await fetch(outside)).status).toBe(200);
});

test("a request that runs may end, a port that is taken is said", async () => {
  listener = await listenForWeb((_request, response) => setTimeout(() => response.end("late"), 300), { host: "127.0.0.1", port: 0 });
  const url = new URL(listener.url());
  await expect(listenForWeb(() => {}, { host: "127.0.0.1", port: Number(url.port) })).rejects.toMatchObject({
    code: "server.address-in-use",
  });
  const answer = fetch(url);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await listener.close(5000);
  expect(await (await answer).text()).toBe("late");
  listener = null;
});
