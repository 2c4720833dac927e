import type { ContextAnswer, RequestedContext } from "./pdu.ts";

// What we take as acceptor, as data.

export const verification = "1.2.840.10008.1.1";
export const storageCommitment = "1.2.840.10008.1.20.1";

/**
 * Storage SOP classes (PS3.4 table B.5-1) stand under one root; a class that a later edition adds there is taken too, since objects are kept as they
 * come. Private classes are not taken: nothing here could tell one from another service.
 */
const storageRoot = "1.2.840.10008.5.1.4.1.1.";
/** RT delivery instructions, hanging protocols, colour palettes, implant templates. */
const storageElsewhere: ReadonlySet<string> = new Set(
  ["34.1", "34.7", "34.10", "38.1", "39.1", "43.1", "44.1", "45.1"].map((end) => `1.2.840.10008.5.1.4.${end}`),
);

const isStorage = (sopClassUid: string): boolean => sopClassUid.startsWith(storageRoot) || storageElsewhere.has(sopClassUid);

export const implicitLittleEndian = "1.2.840.10008.1.2";
const explicitLittleEndian = "1.2.840.10008.1.2.1";

/** PS3.6 table A-1. In these no pixel changes, whatever the sender holds. */
const lossless: ReadonlySet<string> = new Set([
  implicitLittleEndian,
  explicitLittleEndian,
  "1.2.840.10008.1.2.1.98",
  "1.2.840.10008.1.2.1.99",
  "1.2.840.10008.1.2.2",
  "1.2.840.10008.1.2.5",
  "1.2.840.10008.1.2.8.1",
  ...["57", "70", "80", "90", "92", "201", "202", "110", "111"].map((code) => `1.2.840.10008.1.2.4.${code}`),
]);
/** In these a sender that encodes anew may lose something. */
const mayLose: ReadonlySet<string> = new Set(
  [
    ...["50", "51", "81", "91", "93", "203", "112"],
    ...["100", "100.1", "101", "101.1", "102", "102.1", "103", "103.1", "104", "104.1", "105", "105.1", "106", "106.1", "107", "108"],
  ].map((code) => `1.2.840.10008.1.2.4.${code}`),
);
/** Of a message that is read here and not kept. */
const read: ReadonlySet<string> = new Set([implicitLittleEndian, explicitLittleEndian]);

/** PS3.8 table 9-18. */
const result = { accepted: 0, unknownSopClass: 3, unknownTransferSyntax: 4 } as const;

/**
 * Answers a proposed context: storage classes, Verification, and Storage Commitment where it is offered. Of several transfer syntaxes the requestor's
 * first that loses nothing is taken, then its first at all: a sender commonly names its file's own first, and one that would compress an image anew to
 * please us is not asked to lose anything. A file that is lossy already keeps its syntax where its sender proposes it alone, as DCMTK and Orthanc do.
 */
export function answerContext({ id, sopClassUid, transferSyntaxUids }: RequestedContext, offersCommitment: boolean): ContextAnswer {
  const isService = sopClassUid === verification || (offersCommitment && sopClassUid === storageCommitment);
  const ranks = isService ? [read] : isStorage(sopClassUid) ? [lossless, mayLose] : [];
  const taken = ranks.flatMap((rank) => transferSyntaxUids.filter((uid) => rank.has(uid)))[0];
  if (taken !== undefined) return { id, result: result.accepted, transferSyntaxUid: taken };
  // The syntax of a refusal means nothing, but has to stand there (PS3.8 9.3.3.2).
  return {
    id,
    result: ranks.length === 0 ? result.unknownSopClass : result.unknownTransferSyntax,
    transferSyntaxUid: implicitLittleEndian,
  };
}

/** Why an association is not accepted. */
export type Rejection =
  | "not-allowed"
  | "application-context"
  | "calling-title"
  | "called-title"
  | "protocol-version"
  | "congestion"
  | "local-limit";

/** Result, source and reason (PS3.8 table 9-21). */
export const rejections: Readonly<Record<Rejection, readonly [result: number, source: number, reason: number]>> = {
  "not-allowed": [1, 1, 1],
  "application-context": [1, 1, 2],
  "calling-title": [1, 1, 3],
  "called-title": [1, 1, 7],
  "protocol-version": [1, 2, 2],
  congestion: [2, 3, 1],
  "local-limit": [2, 3, 2],
};
