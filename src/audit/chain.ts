import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { AuditEvent } from "./event.ts";

/** One link of the chain: an event, its number (from 1, without gaps) and the seal over it and all before it. */
export interface AuditRecord {
  readonly sequence: number;
  readonly event: AuditEvent;
  /** Hash of the record before. */
  readonly previousHash: string;
  /** SHA-256 over the canonical JSON of sequence, event and previousHash, hex. */
  readonly hash: string;
}

/** A place in the chain: what the next record is tied to, and what one notes down elsewhere to notice that the end was cut off. */
export type ChainHead = Pick<AuditRecord, "sequence" | "hash">;

/** What the first record is tied to. */
export const chainStart: ChainHead = { sequence: 0, hash: "0".repeat(64) };

export type ChainState =
  | { readonly kind: "whole"; readonly head: ChainHead }
  | { readonly kind: "broken"; readonly atSequence: number; readonly because: "missing" | "altered" | "not-tied" };

/**
 * JSON in which the same value is always the same text (RFC 8785): keys in the order of their UTF-16 code units, no white space. A key
 * without a value is left out, as in JSON.
 * @throws RangeError at a value that JSON has no word for
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    entries.sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
  }
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return JSON.stringify(value);
  throw new RangeError(`JSON has no word for a ${typeof value}`);
}

/** The next link. */
export function seal(head: ChainHead, event: AuditEvent): AuditRecord {
  const tied = { sequence: head.sequence + 1, event, previousHash: head.hash };
  return { ...tied, hash: bytesToHex(sha256(utf8ToBytes(canonicalJson(tied)))) };
}

/**
 * Whether records, in order from the first, are the chain that was written. Changed, removed, inserted or exchanged records break it at
 * the first of them. A cut-off end shows only against a head noted elsewhere.
 * @param noted a head noted earlier: the record of that number must be there with that hash
 */
export async function verifyChain(records: AsyncIterable<AuditRecord>, noted: ChainHead = chainStart): Promise<ChainState> {
  const verified = verifiedRecords(records, noted);
  for (;;) {
    const { done, value } = await verified.next();
    if (done) return value;
  }
}

/** The records of a chain as they are verified, up to the first that breaks it. @returns as `verifyChain` */
export async function* verifiedRecords(
  records: AsyncIterable<AuditRecord>,
  noted: ChainHead = chainStart,
): AsyncGenerator<AuditRecord, ChainState> {
  const broken = (because: "missing" | "altered" | "not-tied"): ChainState => ({
    kind: "broken",
    atSequence: head.sequence + 1,
    because,
  });
  let head = chainStart;
  for await (const record of records) {
    const { sequence, event, previousHash, hash } = record;
    if (sequence !== head.sequence + 1) return broken("missing");
    if (previousHash !== head.hash) return broken("not-tied");
    if (hash !== seal(head, event).hash || (sequence === noted.sequence && hash !== noted.hash)) return broken("altered");
    head = { sequence, hash };
    yield record;
  }
  return head.sequence < noted.sequence ? broken("missing") : { kind: "whole", head };
}
