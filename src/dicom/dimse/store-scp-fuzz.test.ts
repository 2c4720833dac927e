import { expect, test } from "vitest";
import { seededRandom } from "../../base/seeded-random.ts";
import { abortPdu, releaseRequest } from "./pdu.ts";
import { dataSet, echoCommand, request, ScriptedRequestor, storeCommand } from "./scripted-requestor.ts";
import { listenForObjects } from "./store-scp.ts";

const trials = 10_000;
const atOnce = 125;

test(`after ${trials} associations with one mutated PDU each the server answers a C-ECHO, has failed nowhere and holds no memory`, async () => {
  const failed: unknown[] = [];
  let [stored, ended] = [0, 0];
  const scp = await listenForObjects(
    {
      host: "127.0.0.1",
      port: 0,
      admit: () => "accept",
      tls: null,
      commitment: null,
      limits: { associations: 256, associationsPerHost: 256, idleMs: 100, artimMs: 100 },
      ended: () => ended++,
      failed: (error) => failed.push(error),
    },
    async ({ data }) => {
      for await (const _ of data);
      stored++;
      return "stored";
    },
  );
  const { integer: below } = seededRandom(20261124);
  const pick = <Kind>(kinds: readonly [Kind, ...Kind[]]): Kind => kinds[below(kinds.length)] ?? kinds[0];

  function mutated(pdu: Buffer): Buffer {
    const bytes = Buffer.from(pdu);
    const at = below(bytes.length);
    const until = at + 1 + below(32);
    const length = pick([0, 1, 5, 0x7fffffff, 0xffffffff, below(2 ** 18)]);
    const flip = (): unknown => bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << below(8)), at);
    const set = (): unknown => bytes.writeUInt8(below(256), at);
    const setLength = (): unknown => bytes.writeUInt32BE(length, pick([2, Math.min(at, bytes.length - 4)]));
    const cut = (): Buffer => Buffer.concat([bytes.subarray(0, at), bytes.subarray(until)]);
    const double = (): Buffer => Buffer.concat([bytes.subarray(0, until), bytes.subarray(at)]);
    const end = (): Buffer => bytes.subarray(0, at);
    const noise = (): Buffer => Buffer.from(Uint8Array.from({ length: 1 + below(300) }, () => below(256)));
    const made = pick<() => unknown>([flip, set, setLength, cut, double, end, noise])();
    return Buffer.isBuffer(made) ? made : bytes;
  }

  const object = Buffer.alloc(20_000, 7);
  const storing = [request(), storeCommand(1), dataSet(object, { isLast: false }), dataSet(object), releaseRequest()];
  const echoing = [request(), echoCommand(1), releaseRequest()];
  const aborting = [request(), storeCommand(1), dataSet(object, { isLast: false }), abortPdu("user")];
  const trial = async (): Promise<void> => {
    const conversation = pick([storing, storing, echoing, aborting]);
    const chosen = below(conversation.length);
    const requestor = new ScriptedRequestor(scp.port);
    const [first, ...rest] = conversation.map((pdu, index) => (index === chosen ? mutated(pdu) : pdu));
    requestor.send(...(first === undefined ? [] : [first]));
    if ((await requestor.next()) === "accept") requestor.send(...rest);
    while (!["closed", "release-response"].includes(await requestor.next()));
    requestor.socket.end();
    await requestor.closed;
  };

  const heldBytes = (): number => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = heldBytes();
  let most = 0;
  for (let done = 0; done < trials; done += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, trials - done) }, trial));
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }
  const echo = await ScriptedRequestor.associated(scp.port);
  echo.send(echoCommand(1));
  expect(await echo.next()).toBe("status 0");
  expect(await echo.release()).toBe("release-response");
  await scp.close(0);
  expect(failed).toEqual([]);
  // Half the conversations store; many mutations leave the object whole, and most leave an association.
  expect(stored).toBeGreaterThan(trials / 8);
  expect(ended).toBeGreaterThan(trials / 2);
  expect(most).toBeLessThan(2 ** 28);
  expect(heldBytes() - before).toBeLessThan(2 ** 26);
  console.log(`${trials} mutated PDUs: ${ended} associations, ${stored} objects, at most ${(most / 2 ** 20).toFixed(0)} MB in buffers`);
});
