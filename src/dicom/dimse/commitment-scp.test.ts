import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { attributesOf } from "../attributes.ts";
import { type Element, encodeElements } from "../write/elements.ts";
import { commandField, dataSetType, parseCommand } from "./command-set.ts";
import type { CommitmentOptions } from "./commitment-scp.ts";
import { implicitLittleEndian, storageCommitment } from "./negotiation.ts";
import { command, dataSet, request, ScriptedRequestor } from "./scripted-requestor.ts";
import { commitmentInstance } from "./storage-commitment.ts";
import { listenForObjects, type ScpOptions, type StoreScp } from "./store-scp.ts";

// The report over the sender's own association, and what goes wrong; Orthanc in tests/flow takes reports over another.

const ct = "1.2.840.10008.5.1.4.1.1.2";

async function listening(
  more: Partial<CommitmentOptions> = {},
): Promise<{ scp: StoreScp; failed: unknown[]; unreported: string[]; ended: string[] }> {
  const [failed, unreported, ended]: [unknown[], string[], string[]] = [[], [], []];
  const commitment: CommitmentOptions = {
    committed: async () => new Set(["1.2.3"]),
    peerOf: () => null,
    unreported: (_callingAet, { transactionUid }) => unreported.push(transactionUid),
    ...more,
  };
  const options: ScpOptions = {
    host: "127.0.0.1",
    port: 0,
    admit: () => "accept",
    tls: null,
    commitment,
    ended: ({ callingAet }) => ended.push(callingAet),
    failed: (error) => failed.push(error),
  };
  return { scp: await listenForObjects(options, async () => "cannot-understand"), failed, unreported, ended };
}

const action = (more: readonly Element[] = []): Buffer => {
  const elements: Element[] = [
    [0x00000003, "UI", storageCommitment],
    [0x00000100, "US", commandField.action],
    [0x00000110, "US", 1],
    [0x00000800, "US", dataSetType.follows],
    [0x00001001, "UI", commitmentInstance],
    [0x00001008, "US", 1],
  ];
  return command(1, [...elements.filter(([tag]) => !more.some(([other]) => other === tag)), ...more]);
};

const asked = (...uids: string[]): Buffer => {
  const items = uids.map((uid): Element[] => [
    [0x00081150, "UI", ct],
    [0x00081155, "UI", uid],
  ]);
  const elements: Element[] = [
    [0x00081195, "UI", "1.2.9"],
    [0x00081199, "SQ", items],
  ];
  return dataSet(encodeElements(elements, "implicit-le", (text) => Buffer.from(text)));
};

async function associated({ port }: StoreScp): Promise<ScriptedRequestor> {
  const requestor = new ScriptedRequestor(port);
  requestor.send(request([{ id: 1, sopClassUid: storageCommitment, transferSyntaxUid: implicitLittleEndian }]));
  expect(await requestor.next()).toBe("accept");
  return requestor;
}

/** Takes a report over the association: type of event, what is kept, what is not and why. */
async function report(requestor: ScriptedRequestor): Promise<[number | null, string[], [string | null, number | null][]]> {
  const values: Buffer[] = [];
  while (values.length < 2) {
    const pdu = await requestor.nextPdu();
    if (pdu?.kind !== "data") throw new Error("no report");
    values.push(...pdu.values.map(({ bytes }) => bytes));
  }
  const [event, bytes = Buffer.alloc(0)] = [parseCommand(values[0] ?? Buffer.alloc(0)), values[1]];
  const attributes = attributesOf({ bytes, from: 0, to: bytes.length, encoding: { explicit: false, littleEndian: true } });
  expect([event?.number(0x0100), event?.text(0x0002), event?.text(0x1000)]).toEqual([0x0100, storageCommitment, commitmentInstance]);
  expect(attributes.text("x00081195")).toBe("1.2.9");
  const failures = attributes.items("x00081198");
  return [
    event?.number(0x1002) ?? null,
    attributes.items("x00081199").map((item) => item.text("x00081155") ?? ""),
    failures.map((item) => [item.text("x00081155"), item.unsigned16("x00081197")]),
  ];
}

const answer = (status: number): Buffer =>
  command(1, [[0x00000100, "US", 0x8100], [0x00000120, "US", 1], [0x00000800, "US", dataSetType.none], [0x00000900, "US", status]]); // biome-ignore format: one line

test.each([
  [["1.2.3"], [1, ["1.2.3"], []]],
  [
    ["1.2.3", "1.2.4"],
    [2, ["1.2.3"], [["1.2.4", 0x0112]]],
  ],
  [["1.2.4"], [2, [], [["1.2.4", 0x0112]]]],
])("a sender that waits hears over its own association what is kept of %j", async (uids, expected) => {
  const { scp, unreported } = await listening();
  const requestor = await associated(scp);
  requestor.send(action(), asked(...uids));
  expect(await requestor.next()).toBe("status 0");
  expect(await report(requestor)).toEqual(expected);
  requestor.send(answer(0));
  expect(await requestor.release()).toBe("release-response");
  await scp.close(0);
  expect(unreported).toEqual([]);
});

test("where it cannot be known what is kept, nothing is said to be", async () => {
  const { scp, failed } = await listening({ committed: () => Promise.reject(new Error("no database")) });
  const requestor = await associated(scp);
  requestor.send(action(), asked("1.2.3"));
  expect(await requestor.next()).toBe("status 0");
  expect(await report(requestor)).toEqual([2, [], [["1.2.3", 0x0110]]]);
  requestor.send(answer(0));
  await requestor.release();
  await scp.close(0);
  expect(failed.map(String)).toEqual(["Error: no database"]);
});

test.each([
  ["of another kind", action([[0x00001008, "US", 2]]), asked("1.2.3"), "status 123"],
  ["of another instance", action([[0x00001001, "UI", "1.2.3"]]), asked("1.2.3"), "status 112"],
  ["without objects", action(), asked(), "status 120"],
  ["with a path for a UID", action(), asked("../1"), "status 120"],
  ["that is noise", action(), dataSet(Buffer.alloc(999, 255)), "status 120"],
  ["without a data set", action([[0x00000800, "US", dataSetType.none]]), Buffer.alloc(0), "status 120"],
  ["of 17 MB", action(), dataSet(Buffer.alloc(17 * 2 ** 20)), "status 213"],
])("an action %s is answered with its status, and nothing is reported", async (_name, sent, data, status) => {
  const { scp, unreported } = await listening();
  const requestor = await associated(scp);
  requestor.send(sent, data);
  expect(await requestor.next()).toBe(status);
  await requestor.release();
  await scp.close(0);
  expect(unreported).toEqual([]);
});

test.each([
  [
    "refuses the report and is no known peer",
    async (requestor: ScriptedRequestor) => {
      await report(requestor);
      requestor.send(answer(0x0113));
    },
  ],
  ["leaves without it and is no known peer", async (requestor: ScriptedRequestor) => void (await requestor.release())],
  ["waits while the server stops", async () => {}],
])("a sender that %s is told to the server as unreported", async (_name, act) => {
  const { scp, unreported } = await listening();
  const requestor = await associated(scp);
  requestor.send(action(), asked("1.2.3"));
  expect(await requestor.next()).toBe("status 0");
  await act(requestor);
  await scp.close(0);
  expect(unreported).toEqual(["1.2.9"]);
});

test("a report that a known peer does not take is tried three times, then told as unreported", async () => {
  // One like ours offers commitment, and recognises no N-EVENT-REPORT.
  const other = await listening();
  const peerOf = (callingAet: string) => ({
    host: "127.0.0.1",
    port: other.scp.port,
    calledAet: callingAet,
    callingAet: "OVERREAD",
    tls: false,
  });
  const { scp, unreported } = await listening({ peerOf, retryWaitsMs: [10, 10] });
  const requestor = await associated(scp);
  requestor.send(action(), asked("1.2.3"));
  expect(await requestor.next()).toBe("status 0");
  await requestor.release();
  while (unreported.length === 0) await sleep(20);
  expect(unreported).toEqual(["1.2.9"]);
  expect(other.ended).toEqual(["OVERREAD", "OVERREAD", "OVERREAD"]);
  await scp.close(0);
  await other.scp.close(0);
});
