/** Defined terms of Specific Character Set (DICOM PS3.3 C.12.1.1.2) by the label the Encoding Standard knows them by. */
const encodings: Readonly<Record<string, string>> = {
  "": "latin1",
  "ISO_IR 6": "latin1",
  "ISO_IR 100": "latin1",
  "ISO_IR 101": "iso-8859-2",
  "ISO_IR 109": "iso-8859-3",
  "ISO_IR 110": "iso-8859-4",
  "ISO_IR 144": "iso-8859-5",
  "ISO_IR 127": "iso-8859-6",
  "ISO_IR 126": "iso-8859-7",
  "ISO_IR 138": "iso-8859-8",
  "ISO_IR 148": "iso-8859-9",
  "ISO_IR 203": "iso-8859-15",
  "ISO_IR 13": "shift_jis",
  "ISO_IR 166": "windows-874",
  "ISO_IR 192": "utf-8",
  GB18030: "gb18030",
  GBK: "gbk",
};

/** What an escape sequence switches to (ISO/IEC 2022; PS3.3 tables C.12-3 and C.12-4); `high` sets the top bit that the decoder expects. */
const escapes: ReadonlyArray<readonly [sequence: string, encoding: string, high: boolean]> = [
  ["(B", "latin1", false],
  ["(J", "shift_jis", false],
  [")I", "shift_jis", false],
  ["-A", "latin1", false],
  ["-B", "iso-8859-2", false],
  ["-C", "iso-8859-3", false],
  ["-D", "iso-8859-4", false],
  ["-L", "iso-8859-5", false],
  ["-G", "iso-8859-6", false],
  ["-F", "iso-8859-7", false],
  ["-H", "iso-8859-8", false],
  ["-M", "iso-8859-9", false],
  ["-b", "iso-8859-15", false],
  ["-T", "windows-874", false],
  ["$)A", "gbk", false],
  ["$)C", "euc-kr", false],
  ["$B", "euc-jp", true],
  ["$@", "euc-jp", true],
];

const escapeByte = 0x1b;

/**
 * Text of an attribute under its Specific Character Set, values of a multi-valued set ("ISO 2022 …") switched by escape sequences.
 * A set that is not known is read as Latin-1, byte for byte. A code extension ends at each `\`, `^`, `=`, CR, LF, FF and TAB (PS3.5 6.1.2.5.3).
 * @param characterSets values of (0008,0005); empty means the default repertoire
 */
export function decodeText(bytes: Uint8Array<ArrayBufferLike>, characterSets: readonly string[]): string {
  const first = encodingOf(characterSets[0] ?? "");
  if (!bytes.includes(escapeByte)) return decode(bytes, first);
  let text = "";
  let encoding = first;
  let high = false;
  let start = 0;
  const flush = (end: number): void => {
    if (end > start) text += decode(high ? raised(bytes.subarray(start, end)) : bytes.subarray(start, end), encoding);
  };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === escapeByte) {
      flush(at);
      const found = escapes.find(([sequence]) => matches(bytes, at + 1, sequence));
      at += found ? found[0].length : 0;
      start = at + 1;
      if (found) [, encoding, high] = found;
    } else if (!high && isDelimiter(byte) && encoding !== first) {
      flush(at);
      start = at;
      encoding = first;
    }
  }
  flush(bytes.length);
  return text;
}

/** `ISO 2022 IR 100` names the same repertoire as `ISO_IR 100`; the multi-byte ones start from the default repertoire until an escape. */
function encodingOf(characterSet: string): string {
  const term = characterSet.trim().toUpperCase();
  const single = term.replace("ISO 2022 IR ", "ISO_IR ").replace("ISO-IR ", "ISO_IR ");
  return encodings[single] ?? "latin1";
}

function matches(bytes: Uint8Array<ArrayBufferLike>, at: number, sequence: string): boolean {
  for (let n = 0; n < sequence.length; n++) if (bytes[at + n] !== sequence.charCodeAt(n)) return false;
  return true;
}

function isDelimiter(byte: number): boolean {
  return byte === 0x5c || byte === 0x5e || byte === 0x3d || byte === 0x0d || byte === 0x0a || byte === 0x0c || byte === 0x09;
}

const raised = (bytes: Uint8Array<ArrayBufferLike>): Uint8Array => Uint8Array.from(bytes, (byte) => byte | 0x80);

function decode(bytes: Uint8Array<ArrayBufferLike>, encoding: string): string {
  return encoding === "latin1" ? latin1(bytes) : new TextDecoder(encoding).decode(bytes);
}

/** The label "latin1" of the Encoding Standard is Windows-1252; DICOM's is ISO 8859-1. */
const latin1 = (bytes: Uint8Array<ArrayBufferLike>): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
