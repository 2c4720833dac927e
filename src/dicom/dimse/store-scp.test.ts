import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { Fault } from "../../base/fault.ts";
import { abortPdu, associateRequest, releaseRequest, releaseResponse } from "./pdu.ts";
import type { ReceivedObject } from "./received-object.ts";
import {
  command,
  ct,
  dataSet,
  echoCommand,
  explicit,
  request,
  ScriptedRequestor,
  storeCommand,
  verification,
} from "./scripted-requestor.ts";
import { type EndedAssociation, type Keep, listenForObjects, type ScpOptions, type StoreScp } from "./store-scp.ts";

// What the real programs of tests/flow cannot be made to do.

const scps: StoreScp[] = [];
afterEach(async () => {
  for (const scp of scps.splice(0)) await scp.close(0);
});

interface Heard {
  readonly scp: StoreScp;
  readonly port: number;
  readonly objects: [ReceivedObject, Buffer][];
  readonly faults: string[];
  readonly ended: EndedAssociation[];
  readonly failed: unknown[];
}

async function listening(limits: NonNullable<ScpOptions["limits"]> = {}, keep?: Keep, more: Partial<ScpOptions> = {}): Promise<Heard> {
  const heard = { objects: [], faults: [], ended: [], failed: [] } as Pick<Heard, "objects" | "faults" | "ended" | "failed">;
  const collect: Keep = async (object) => {
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of object.data) pieces.push(piece);
    } catch (error) {
      if (error instanceof Fault) heard.faults.push(error.code);
      throw error;
    }
    heard.objects.push([object, Buffer.concat(pieces)]);
    return "stored";
  };
  const options: ScpOptions = {
    host: "127.0.0.1",
    port: 0,
    admit: () => "accept",
    tls: null,
    commitment: null,
    limits,
    ended: (one) => heard.ended.push(one),
    failed: (error) => heard.failed.push(error),
    ...more,
  };
  const scp = await listenForObjects(options, keep ?? collect);
  scps.push(scp);
  return { ...heard, scp, port: scp.port };
}

const pattern = Uint8Array.from({ length: 251 }, (_, n) => n);
const bytes = (count: number): Buffer => Buffer.alloc(count, pattern);

test("an object comes whole however its bytes are cut", async () => {
  const { port, objects, ended } = await listening();
  for (const cut of [1, 7, 4096]) {
    const requestor = await ScriptedRequestor.associated(port);
    requestor.socket.setNoDelay(true);
    const whole = Buffer.concat([storeCommand(cut), dataSet(bytes(9000), { isLast: false }), dataSet(bytes(40_001))]);
    for (let at = 0; at < whole.length; at += cut) {
      requestor.send(whole.subarray(at, at + cut));
      if (at % 997 === 0) await sleep(0);
    }
    expect(await requestor.next()).toBe("status 0");
    expect(await requestor.release()).toBe("release-response");
    expect(objects.at(-1)?.[1].equals(Buffer.concat([bytes(9000), bytes(40_001)]))).toBe(true);
  }
  expect(objects.map(([{ sopInstanceUid }]) => sopInstanceUid)).toEqual(["1.2.3.1", "1.2.3.7", "1.2.3.4096"]);
  expect(ended).toMatchObject(Array(3).fill({ callingAet: "SCRIPT", stored: 1, because: "released" }));
});

test("the sender hears of its object when it is kept, not before", async () => {
  const kept = Promise.withResolvers<void>();
  const { port } = await listening({}, async ({ data }) => {
    for await (const _ of data);
    await kept.promise;
    return "stored";
  });
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(storeCommand(1), dataSet(bytes(100)));
  await sleep(100);
  expect(requestor.received).toHaveLength(1);
  kept.resolve();
  expect(await requestor.next()).toBe("status 0");
});

test("who moved an object here is told", async () => {
  const { port, objects } = await listening();
  const requestor = await ScriptedRequestor.associated(port);
  const mover = storeCommand(1, [
    [0x00001030, "AE", "MOVER"],
    [0x00001031, "US", 9],
  ]);
  requestor.send(mover, dataSet(bytes(10)));
  expect(await requestor.next()).toBe("status 0");
  expect(objects[0]?.[0].moveOriginator).toEqual({ aet: "MOVER", messageId: 9 });
});

test.each([
  ["of another class than its context's", storeCommand(1, [[0x00000002, "UI", "1.2.840.10008.5.1.4.1.1.4"]]), "status 122"],
  ["with a path for its UID", storeCommand(1, [[0x00001000, "UI", "../../etc/passwd"]]), "status 117"],
  ["with no UID", storeCommand(1, [[0x00001000, "UI", ""]]), "status 117"],
])("an object %s is refused, and the next one is taken", async (_name, nonsense, status) => {
  const { port, objects } = await listening();
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(nonsense, dataSet(bytes(50_000)));
  expect(await requestor.next()).toBe(status);
  requestor.send(storeCommand(2), dataSet(bytes(100)));
  expect(await requestor.next()).toBe("status 0");
  expect(objects).toHaveLength(1);
});

test("an object that is too long is thrown to its consumer, answered A700, and the next one is taken", async () => {
  const { port, objects, faults, failed } = await listening({ objectBytes: 10_000 });
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(storeCommand(1), dataSet(bytes(1_000_000)));
  expect(await requestor.next()).toBe("status a700");
  requestor.send(storeCommand(2), dataSet(bytes(10_000)));
  expect(await requestor.next()).toBe("status 0");
  expect([faults, objects.length, failed]).toEqual([["receive.too-long"], 1, []]);
});

test.each([
  ["throws", async () => Promise.reject(new Error("disk on fire")), "disk on fire"],
  ["says that it stored what it has not read", async () => "stored", "not read to its end"],
] as [string, Keep, string][])("a keeper that %s costs its sender the object and nobody the server", async (_name, keep, message) => {
  const { port, failed, ended } = await listening({}, keep);
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(storeCommand(1), dataSet(bytes(3_000_000)));
  expect(await requestor.next()).toBe("status 110");
  requestor.send(echoCommand(2));
  expect(await requestor.next()).toBe("status 0");
  await requestor.release();
  expect(failed.map(String)).toEqual([expect.stringContaining(message)]);
  expect(ended).toMatchObject([{ stored: 0 }]);
});

const none: [number, "US", number] = [0x00000800, "US", 0x0101];
const accepted: [string, (requestor: ScriptedRequestor) => void, string][] = [
  ["a request within an association", (to) => to.send(request()), "abort 2 2"],
  ["a release response that answers nothing", (to) => to.send(releaseResponse()), "abort 2 2"],
  ["a PDU of no known type", (to) => to.send(Buffer.from([0x99, 0, 0, 0, 0, 1, 5])), "abort 2 1"],
  ["a PDU that claims 4 GB", (to) => to.send(Buffer.from([4, 0, 255, 255, 255, 255])), "abort 2 1"],
  ["a data value that leads out of its PDU", (to) => to.send(Buffer.from([4, 0, 0, 0, 0, 6, 0, 0, 9, 9, 1, 3])), "abort 2 1"],
  ["a data set without a command", (to) => to.send(dataSet(bytes(10))), "abort 2 2"],
  ["a data set in another context than its command's", (to) => to.send(storeCommand(1), dataSet(bytes(10), { contextId: 3 })), "abort 2 2"],
  ["a command in a context that was not agreed", (to) => to.send(command(5, [[0x00000100, "US", 0x30], none])), "abort 2 6"],
  [
    "a command set that is noise",
    (to) => to.send(Buffer.from([4, 0, 0, 0, 0, 14, 0, 0, 0, 10, 1, 3, 9, 9, 9, 9, 9, 9, 9, 9])),
    "abort 2 6",
  ],
  ["a command without a field", (to) => to.send(command(1, [none])), "abort 2 6"],
  ["a command without a message id", (to) => to.send(command(1, [[0x00000100, "US", 1], none])), "abort 2 6"],
  ["a response to what was not asked", (to) => to.send(command(1, [[0x00000100, "US", 0x8100], none])), "abort 2 2"],
  ["a command of 100 KB", (to) => to.send(command(1, [[0x00000902, "LO", "x".repeat(16_000)], none]), command(1, [[0x00000902, "LO", "x".repeat(90_000)]])), "abort 2 6"], // biome-ignore format: one line
  ["a second object before the first is answered", (to) => to.send(storeCommand(1), storeCommand(2)), "abort 2 6"],
];
test.each(accepted)("%s is met with an A-ABORT, and other associations go on", async (_name, act, answer) => {
  const { port, ended } = await listening();
  const other = await ScriptedRequestor.associated(port);
  const requestor = await ScriptedRequestor.associated(port);
  act(requestor);
  expect(await requestor.next()).toBe(answer);
  await requestor.closed;
  expect(ended).toMatchObject([{ stored: 0, because: { code: "receive.protocol-error" } }]);
  other.send(echoCommand(1));
  expect(await other.next()).toBe("status 0");
});

test("an operation that is not offered is answered as unrecognized", async () => {
  const { port } = await listening();
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(command(1, [[0x00000100, "US", 0x0020], [0x00000110, "US", 5], [0x00000800, "US", 1]]), dataSet(bytes(10))); // biome-ignore format: one line
  expect(await requestor.next()).toBe("status 211");
});

test.each([
  ["data", echoCommand(1)],
  ["a release", releaseRequest()],
  ["nonsense", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
])("%s before any request is met with an A-ABORT", async (_name, early) => {
  const { port, ended } = await listening();
  const requestor = new ScriptedRequestor(port);
  requestor.send(early);
  expect(await requestor.next()).toBe("abort 0 0");
  await requestor.closed;
  expect(ended).toEqual([]);
});

test("a request of another protocol, or of another application, is rejected for good", async () => {
  const { port } = await listening();
  const version = request();
  version.writeUInt16BE(2, 6);
  const application = request();
  application.write("9", application.indexOf("1.2.840.10008.3.1.1.1"));
  for (const [bytes, answer] of [
    [version, "reject 1 2 2"],
    [application, "reject 1 1 2"],
  ] as const) {
    // biome-ignore format: one line
    const requestor = new ScriptedRequestor(port);
    requestor.send(bytes);
    expect(await requestor.next()).toBe(answer);
    requestor.socket.end();
  }
});

test("where the judge of who may come fails, the association is rejected for the moment", async () => {
  const { port, failed } = await listening({}, undefined, { admit: () => Promise.reject(new Error("no database")) });
  const requestor = new ScriptedRequestor(port);
  requestor.send(request());
  expect(await requestor.next()).toBe("reject 2 3 1");
  expect(failed.map(String)).toEqual(["Error: no database"]);
});

test("contexts are answered one by one, roles and windows as a provider of one operation at a time", async () => {
  const { port } = await listening();
  const requestor = new ScriptedRequestor(port);
  const names = { calledAet: "OVERREAD", callingAet: "SCRIPT", implementationClassUid: "1.2.3" };
  const role = { sopClassUid: ct, transferSyntaxUid: explicit, asProvider: true } as const;
  requestor.send(
    associateRequest(names, [
      { id: 1, ...role },
      { id: 3, sopClassUid: "1.2.840.10008.5.1.4.1.2.2.1", transferSyntaxUid: explicit },
      { id: 5, sopClassUid: ct, transferSyntaxUid: "1.2.3.4" },
      { id: 7, sopClassUid: verification, transferSyntaxUid: "1.2.840.10008.1.2.4.90" },
    ]),
  );
  let raw = Buffer.alloc(0);
  requestor.socket.on("data", (bytes: Buffer) => {
    raw = Buffer.concat([raw, bytes]);
  });
  expect(await requestor.next()).toBe("accept");
  const [answer] = requestor.received;
  expect(answer?.kind === "accept" && answer.contexts.map(({ id, result }) => [id, result])).toEqual([[1, 0], [3, 3], [5, 4], [7, 4]]); // biome-ignore format: one line
  // The item of PS3.7 D.3.3.4.2, with what we grant: neither, as the requestor did not ask to be user.
  expect(raw.includes(Buffer.concat([Buffer.from([0x54, 0, 0, 29, 0, 25]), Buffer.from(ct), Buffer.from([0, 0])]))).toBe(true);
});

test("an association too many is rejected for the moment, and one more is accepted when one has ended", async () => {
  const { port } = await listening({ associations: 3, associationsPerHost: 2 });
  const first = await ScriptedRequestor.associated(port);
  await ScriptedRequestor.associated(port);
  const third = new ScriptedRequestor(port);
  third.send(request());
  expect(await third.next()).toBe("reject 2 3 2");
  await first.release();
  expect(await (await ScriptedRequestor.associated(port)).release()).toBe("release-response");
});

test("in a flood of 300 connections the served association goes on, and after it others are served", async () => {
  const { port } = await listening({ associations: 4, associationsPerHost: 4, artimMs: 300 });
  const served = await ScriptedRequestor.associated(port);
  const flood = Array.from({ length: 300 }, () => new ScriptedRequestor(port));
  for (const requestor of flood) requestor.send(request(undefined, "FLOOD"));
  served.send(storeCommand(1), dataSet(bytes(100_000)));
  expect(await served.next()).toBe("status 0");
  const answers = await Promise.all(flood.map((requestor) => requestor.next()));
  expect(new Set(answers)).toEqual(new Set(["accept", "reject 2 3 2", "closed"]));
  expect(answers.filter((answer) => answer === "accept")).toHaveLength(3);
  for (const requestor of flood) requestor.socket.destroy();
  await sleep(100);
  expect(await (await ScriptedRequestor.associated(port)).release()).toBe("release-response");
});

test("one that asks for nothing is left after the ARTIM time, one that falls silent or drips after the idle time", async () => {
  const { port, faults, ended } = await listening({ artimMs: 150, idleMs: 150 });
  const mute = new ScriptedRequestor(port);
  expect(await mute.next()).toBe("abort 0 0");
  const idle = await ScriptedRequestor.associated(port);
  expect(await idle.next()).toBe("abort 0 0");
  const dripping = await ScriptedRequestor.associated(port);
  dripping.send(storeCommand(1));
  dripping.send(dataSet(bytes(10_000)).subarray(0, 100));
  const drip = setInterval(() => dripping.send(Buffer.from([0])), 20);
  expect(await dripping.next()).toBe("abort 0 0");
  clearInterval(drip);
  expect(faults).toEqual(["receive.silent"]);
  expect(ended.map(({ because }) => because instanceof Fault && because.code)).toEqual(["receive.silent", "receive.silent"]);
});

test("a keeper may take longer than the idle time, in the middle and at the end", async () => {
  const { port } = await listening({ idleMs: 500 }, async ({ data }) => {
    const pauses = [1000];
    for await (const _ of data) await sleep(pauses.pop() ?? 0);
    await sleep(1000);
    return "stored";
  });
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(storeCommand(1), dataSet(bytes(3_000_000)));
  expect(await requestor.next()).toBe("status 0");
  expect(await requestor.next()).toBe("abort 0 0");
});

test("an abort in the middle of an object is thrown to its consumer", async () => {
  const { port, faults, ended } = await listening();
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(storeCommand(1), dataSet(bytes(1000), { isLast: false }), abortPdu("user"));
  await requestor.closed;
  expect(faults).toEqual(["receive.aborted-by-peer"]);
  expect(ended).toMatchObject([{ stored: 0, because: { code: "receive.aborted-by-peer" } }]);
});

test("a connection that breaks while an object is being kept aborts its signal, and takes no room when that is done", async () => {
  const broken = Promise.withResolvers<string>();
  const { port, ended } = await listening({ associations: 1 }, async ({ data }, signal) => {
    for await (const _ of data);
    signal.addEventListener("abort", () => broken.resolve(signal.reason.code));
    await broken.promise;
    return "stored";
  });
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(storeCommand(1), dataSet(bytes(1000)));
  await sleep(50);
  requestor.socket.destroy();
  expect(await broken.promise).toBe("receive.connection-lost");
  await sleep(20);
  expect(ended).toMatchObject([{ stored: 0, because: { code: "receive.connection-lost" } }]);
  expect(await (await ScriptedRequestor.associated(port)).release()).toBe("release-response");
});

test("a release while an object is being kept is answered behind the object's answer", async () => {
  const { port } = await listening({}, async ({ data }) => {
    for await (const _ of data);
    await sleep(100);
    return "stored";
  });
  const requestor = await ScriptedRequestor.associated(port);
  requestor.send(storeCommand(1), dataSet(bytes(1000)), releaseRequest());
  expect([await requestor.next(), await requestor.next()]).toEqual(["status 0", "release-response"]);
});

test("closing lets a running association end, aborts it after the grace, and takes no new one", async () => {
  const { scp, port, objects } = await listening();
  const ending = await ScriptedRequestor.associated(port);
  const staying = await ScriptedRequestor.associated(port);
  const undecided = new ScriptedRequestor(port);
  await sleep(20);
  const closed = scp.close(400);
  expect(await undecided.next()).toBe("abort 0 0");
  ending.send(storeCommand(1), dataSet(bytes(1000)));
  expect(await ending.next()).toBe("status 0");
  expect(await ending.release()).toBe("release-response");
  expect(await new ScriptedRequestor(port).next()).toBe("closed");
  expect(await staying.next()).toBe("abort 0 0");
  await closed;
  expect(objects).toHaveLength(1);
});
