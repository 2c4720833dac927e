import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type AuditRecord, type ChainHead, canonicalJson, chainStart, seal, verifyChain } from "./chain.ts";
import { AuditEvent } from "./event.ts";
import { sampleEvents } from "./sample-events.ts";

function chainOf(events: readonly AuditEvent[]): AuditRecord[] {
  const chain: AuditRecord[] = [];
  for (const event of events) chain.push(seal(chain.at(-1) ?? chainStart, event));
  return chain;
}

const sealed = chainOf(sampleEvents);
const last = sealed.at(-1) as AuditRecord;
async function* inOrder(records: readonly AuditRecord[]): AsyncGenerator<AuditRecord> {
  yield* records;
}
const verify = (records: readonly AuditRecord[], noted?: ChainHead) => verifyChain(inOrder(records), noted);
const changed = (index: number, change: (record: AuditRecord) => AuditRecord): AuditRecord[] =>
  sealed.map((record, at) => (at === index ? change(record) : record));

test("canonical JSON sorts keys by UTF-16 code units at every depth and escapes as the example of RFC 8785, section 3.2.2", () => {
  const value = { numbers: [1e30, 4.5, 6, 2e-3, 1e-27], string: '\u20ac$\u000f\nA\'B"\\\\"/', literals: [null, true, false] };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[1e+30,4.5,6,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const keys = { "\ufb33": 1, "😂": 2, ö: 3, "€": 4, "1": 5, "\r": 6 };
  expect(canonicalJson(keys)).toBe('{"\\r":6,"1":5,"ö":3,"€":4,"😂":2,"\ufb33":1}');
  expect(canonicalJson({ b: undefined, a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1}}');
  for (const wordless of [Number.NaN, undefined, 1n, () => 1]) expect(() => canonicalJson([wordless])).toThrow(RangeError);
});

test("a seal is SHA-256 over what another program writes as canonical JSON", () => {
  const event: AuditEvent = {
    about: {},
    at: "2026-03-01T08:00:00.000Z",
    from: null,
    outcome: "done",
    what: "login",
    who: { kind: "nobody-known" },
  };
  const text = `{"event":{"about":{},"at":"2026-03-01T08:00:00.000Z","from":null,"outcome":"done","what":"login","who":{"kind":"nobody-known"}},"previousHash":"${"0".repeat(64)}","sequence":1}`;
  expect(seal(chainStart, event).hash).toBe(createHash("sha256").update(text).digest("hex"));
});

test("an untouched chain is whole, whatever order a database gives its keys in", async () => {
  const reordered = sealed.map((record) => ({
    ...record,
    event: Object.fromEntries(Object.entries(record.event).reverse()) as AuditEvent,
  }));
  expect(await verify(reordered)).toEqual({ kind: "whole", head: { sequence: sampleEvents.length, hash: last.hash } });
  expect(await verify([])).toEqual({ kind: "whole", head: chainStart });
});

test("any value changed in any record breaks the chain there", async () => {
  const changes: ((record: AuditRecord) => AuditRecord)[] = [
    (record) => ({ ...record, event: { ...record.event, at: "2026-03-02T08:00:00.000Z" } }),
    (record) => ({ ...record, event: { ...record.event, who: { kind: "account", name: "somebody.else" } } }),
    (record) => ({ ...record, event: { ...record.event, outcome: record.event.outcome === "done" ? "failed" : "done" } }),
    (record) => ({ ...record, event: { ...record.event, about: { studyInstanceUid: "1.2.3" } } }),
    (record) => ({ ...record, hash: record.hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) }),
  ];
  for (const change of changes)
    for (const index of sealed.keys())
      expect(await verify(changed(index, change))).toEqual({ kind: "broken", atSequence: index + 1, because: "altered" });
});

test("a record sealed anew after a change breaks the chain at the next one", async () => {
  const forged = changed(4, ({ event }) => seal(sealed[3] as AuditRecord, { ...event, outcome: "refused" }));
  expect(await verify(forged)).toEqual({ kind: "broken", atSequence: 6, because: "not-tied" });
});

test("a record removed, inserted or exchanged breaks the chain where it was", async () => {
  expect(await verify(sealed.toSpliced(2, 1))).toEqual({ kind: "broken", atSequence: 3, because: "missing" });
  expect(await verify(sealed.slice(1))).toEqual({ kind: "broken", atSequence: 1, because: "missing" });
  expect(await verify(sealed.toSpliced(2, 0, sealed[1] as AuditRecord))).toMatchObject({ kind: "broken", atSequence: 3 });
  expect(await verify(sealed.toSpliced(2, 2, sealed[3] as AuditRecord, sealed[2] as AuditRecord))).toMatchObject({ atSequence: 3 });
});

test("a cut-off end and a chain written anew show against a head noted elsewhere", async () => {
  expect(await verify(sealed.slice(0, -1))).toMatchObject({ kind: "whole" });
  expect(await verify(sealed.slice(0, -1), last)).toEqual({ kind: "broken", atSequence: sealed.length, because: "missing" });
  const anew = chainOf(sampleEvents.slice(1));
  expect(await verify(anew)).toMatchObject({ kind: "whole" });
  expect(await verify(anew, sealed[5])).toEqual({ kind: "broken", atSequence: 6, because: "altered" });
  expect(await verify(sealed, sealed[5])).toMatchObject({ kind: "whole" });
});

test("no event has room for a patient's name", () => {
  const event = sampleEvents[0] as AuditEvent;
  expect(AuditEvent.safeParse(event).success).toBe(true);
  const attempts: object[] = [
    { patientName: "DOE^JANE" },
    { about: { studyInstanceUid: "DOE^JANE" } },
    { about: { patient: "DOE^JANE" } },
    { about: { account: "Jane Doe" } },
    { who: { kind: "account", name: "Jane Doe" } },
    { who: { kind: "program", name: "Jane Doe" } },
    { who: { kind: "nobody-known", name: "typed" } },
    { because: "Jane Doe was here" },
    { from: "Jane Doe" },
    { at: "yesterday" },
  ];
  for (const attempt of attempts) expect(AuditEvent.safeParse({ ...event, ...attempt }).success).toBe(false);
});
