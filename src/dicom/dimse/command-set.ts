import { type Element, encodeElements } from "../write/elements.ts";

/** Command Field (0000,0100) of requests (PS3.7 table E.1-1); a response's has the highest bit too. */
export const commandField = {
  store: 0x0001,
  find: 0x0020,
  move: 0x0021,
  echo: 0x0030,
  eventReport: 0x0100,
  action: 0x0130,
  cancel: 0x0fff,
} as const;
export const responseBit = 0x8000;

/** Command Data Set Type (0000,0800): 0101 says that no data set follows, any other value that one does. */
export const dataSetType = { none: 0x0101, follows: 0x0001 } as const;

/** The elements of group 0000 by their second number. */
export interface CommandSet {
  /** A US value; null where there is none. */
  readonly number: (element: number) => number | null;
  /** Without padding; "" where there is none. */
  readonly text: (element: number) => string;
}

const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** A command set (PS3.7 6.3.1): always Implicit VR Little Endian, its group length in front. */
export function encodeCommand(elements: readonly Element[]): Uint8Array {
  const body = encodeElements(elements, "implicit-le", ascii);
  return Buffer.concat([encodeElements([[0x00000000, "UL", body.length]], "implicit-le", ascii), body]);
}

/** Reads a command set, or null when the bytes are none. */
export function parseCommand(bytes: Buffer): CommandSet | null {
  const values = new Map<number, Buffer>();
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    if (bytes.readUInt16LE(at) !== 0 || end > bytes.length) return null;
    values.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 8, end));
    at = end;
  }
  return {
    number: (element) => {
      const value = values.get(element);
      return value?.length === 2 ? value.readUInt16LE(0) : null;
    },
    text: (element) => (values.get(element)?.toString("latin1") ?? "").replace(/[\0 ]+$/, ""),
  };
}

/** What a peer answers to a request. */
export interface Response {
  readonly messageId: number;
  readonly status: number;
  /** The peer's own words (0000,0902); "" where it gave none. */
  readonly comment: string;
  /** Of a C-MOVE (PS3.7 9.3.4.2); null where the peer does not say. */
  readonly subOperations: Readonly<Record<"completed" | "failed" | "warning", number | null>>;
  readonly hasDataSet: boolean;
}

/** Whether more responses to the same request follow (PS3.4 C.4.1.1.4, C.4.2.1.5). */
export const isPending = (status: number): boolean => status === 0xff00 || status === 0xff01;

/** The response to a request of the given field, or null when the bytes are none. */
export function parseResponse(bytes: Buffer, field: number): Response | null {
  const command = parseCommand(bytes);
  const messageId = command?.number(0x0120) ?? null;
  const status = command?.number(0x0900) ?? null;
  if (command?.number(0x0100) !== (field | responseBit) || messageId === null || status === null) return null;
  const subOperations = { completed: command.number(0x1021), failed: command.number(0x1022), warning: command.number(0x1023) };
  const hasDataSet = (command.number(0x0800) ?? dataSetType.none) !== dataSetType.none;
  return { messageId, status, comment: command.text(0x0902), subOperations, hasDataSet };
}
