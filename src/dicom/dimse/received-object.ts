import { encodeElements, implementationClassUid, joined } from "../write/elements.ts";

/** One object as it comes in over C-STORE. */
export interface ReceivedObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly callingAet: string;
  readonly remoteHost: string;
  /** Who asked the sender for it, by C-MOVE. */
  readonly moveOriginator?: { readonly aet: string; readonly messageId: number };
  /**
   * The data set as it came, never encoded anew. It is read once and in order; the socket waits for its reader.
   * @throws Fault `receive.…` when the object will not come to its end: what was read is to be thrown away
   */
  readonly data: AsyncIterable<Uint8Array>;
}

/** What a sender is told of its object (PS3.4 table B.2-1, PS3.7 annex C). */
export const storeStatus = {
  stored: 0x0000,
  "processing-failure": 0x0110,
  "invalid-uid": 0x0117,
  "sop-class-not-supported": 0x0122,
  "not-authorized": 0x0124,
  "out-of-resources": 0xa700,
  "does-not-match": 0xa900,
  "cannot-understand": 0xc000,
} as const;
export type StoreStatus = keyof typeof storeStatus;

/** What stands in front of the data set in a file (PS3.10 7.1): preamble, prefix, and file meta information with the sender's title. */
export function part10Front(
  object: Pick<ReceivedObject, "sopClassUid" | "sopInstanceUid" | "transferSyntaxUid" | "callingAet">,
): Uint8Array {
  const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");
  const meta = encodeElements(
    [
      [0x00020001, "OB", new Uint8Array([0, 1])],
      [0x00020002, "UI", object.sopClassUid],
      [0x00020003, "UI", object.sopInstanceUid],
      [0x00020010, "UI", object.transferSyntaxUid],
      [0x00020012, "UI", implementationClassUid],
      [0x00020013, "SH", "OVERREAD"],
      [0x00020016, "AE", object.callingAet],
    ],
    "explicit-le",
    ascii,
  );
  const groupLength = encodeElements([[0x00020000, "UL", meta.length]], "explicit-le", ascii);
  return joined([new Uint8Array(128), ascii("DICM"), groupLength, meta]);
}
