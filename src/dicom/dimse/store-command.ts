import { type Element, encodeElements } from "../write/elements.ts";

/** What a peer answers to a C-STORE request. */
export interface StoreResponse {
  readonly messageId: number;
  readonly status: number;
  /** The peer's own words (0000,0902); "" where it gave none. */
  readonly comment: string;
}

const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** The command set of a C-STORE request at medium priority (PS3.7 9.3.1.1), always Implicit VR Little Endian. */
export function storeRequest(messageId: number, sopClassUid: string, sopInstanceUid: string): Uint8Array {
  const elements: Element[] = [
    [0x00000002, "UI", sopClassUid],
    [0x00000100, "US", 0x0001],
    [0x00000110, "US", messageId],
    [0x00000700, "US", 0],
    // Any value but 0101 says that a data set follows.
    [0x00000800, "US", 0x0001],
    [0x00001000, "UI", sopInstanceUid],
  ];
  const body = encodeElements(elements, "implicit-le", ascii);
  return Buffer.concat([encodeElements([[0x00000000, "UL", body.length]], "implicit-le", ascii), body]);
}

/** The command set of a C-STORE response (PS3.7 9.3.1.2), or null when it is none. */
export function parseStoreResponse(bytes: Buffer): StoreResponse | null {
  const values = new Map<number, Buffer>();
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    if (bytes.readUInt16LE(at) !== 0 || end > bytes.length) return null;
    values.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 8, end));
    at = end;
  }
  const number = (element: number): number | null => {
    const value = values.get(element);
    return value?.length === 2 ? value.readUInt16LE(0) : null;
  };
  const messageId = number(0x0120);
  const status = number(0x0900);
  if (number(0x0100) !== 0x8001 || messageId === null || status === null) return null;
  return { messageId, status, comment: values.get(0x0902)?.toString("latin1") ?? "" };
}
