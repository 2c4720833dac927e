import { deflateRawSync, inflateRawSync } from "node:zlib";

/** A valid file taken apart, so that it can be put together again with lies in it. */
export interface DicomTree {
  preamble: Uint8Array;
  meta: Node[];
  body: Node[];
  form: Form;
}

/** One data element. `length` lies about the value; `delimited` writes a sequence with undefined length. */
export interface Node {
  tag: number;
  vr: string;
  value: Uint8Array | Item[];
  length?: number;
  delimited?: boolean;
  /** A delimiter left out at the end. */
  open?: boolean;
}

/** An item of a sequence, or a fragment of encapsulated pixel data. */
export interface Item {
  content: Node[] | Uint8Array;
  length?: number;
  delimited?: boolean;
  open?: boolean;
}

export interface Form {
  explicit: boolean;
  bigEndian: boolean;
  deflated: boolean;
}

export const undefinedLength = 0xffffffff;
const longVrs = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const explicitLittle: Form = { explicit: true, bigEndian: false, deflated: false };

/** Takes a valid PS3.10 file apart. */
export function parseTree(bytes: Uint8Array): DicomTree {
  const view = viewOf(bytes);
  let end = 132;
  while (end + 8 <= bytes.length && view.getUint16(end, true) === 2) end += headOf(view, end, explicitLittle).size;
  const meta = parseNodes(bytes, 132, end, explicitLittle);
  const uid = textOf(meta.find(({ tag }) => tag === 0x00020010));
  const form = {
    explicit: uid !== "1.2.840.10008.1.2",
    bigEndian: uid === "1.2.840.10008.1.2.2",
    deflated: uid === "1.2.840.10008.1.2.1.99",
  };
  const rest = form.deflated ? new Uint8Array(inflateRawSync(bytes.subarray(end))) : bytes.subarray(end);
  return { preamble: bytes.slice(0, 132), meta, body: parseNodes(rest, 0, rest.length, form), form };
}

/** The bytes of a tree, its lies included. */
export function encodeTree({ preamble, meta, body, form }: DicomTree): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(Buffer.concat(body.map((node) => encodeNode(node, form))));
  const packed = form.deflated ? deflateRawSync(data) : data;
  return new Uint8Array(Buffer.concat([preamble, ...meta.map((node) => encodeNode(node, explicitLittle)), packed]));
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The value of a text element. */
export function textOf(node: Node | undefined): string {
  return node?.value instanceof Uint8Array ? Buffer.from(node.value).toString("latin1").replaceAll("\0", "").trim() : "";
}

/** Every node of a data set, items included, with the list it stands in. */
export function* everyNode(nodes: Node[]): Generator<{ node: Node; list: Node[] }> {
  for (const node of nodes) {
    yield { node, list: nodes };
    if (node.value instanceof Uint8Array) continue;
    for (const { content } of node.value) if (!(content instanceof Uint8Array)) yield* everyNode(content);
  }
}

function headOf(view: DataView, at: number, { explicit, bigEndian }: Form): { vr: string; head: number; length: number; size: number } {
  const little = !bigEndian;
  if (!explicit) {
    const length = view.getUint32(at + 4, little);
    return { vr: "", head: 8, length, size: 8 + length };
  }
  const vr = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5));
  const head = longVrs.has(vr) ? 12 : 8;
  const length = head === 12 ? view.getUint32(at + 8, little) : view.getUint16(at + 6, little);
  return { vr, head, length, size: head + length };
}

const tagAt = (view: DataView, at: number, little: boolean): number => view.getUint16(at, little) * 65536 + view.getUint16(at + 2, little);

function parseNodes(bytes: Uint8Array, from: number, to: number, form: Form): Node[] {
  const view = viewOf(bytes);
  const nodes: Node[] = [];
  for (let at = from; at < to; ) {
    const tag = tagAt(view, at, !form.bigEndian);
    const { vr, head, length, size } = headOf(view, at, form);
    const start = at + head;
    const nested = vr === "SQ" || length === undefinedLength || (!form.explicit && looksNested(view, start, length));
    if (!nested) {
      nodes.push({ tag, vr, value: bytes.slice(start, start + length) });
      at += size;
      continue;
    }
    const parsed = parseItems(bytes, start, length === undefinedLength ? bytes.length : start + length, form, tag === 0x7fe00010);
    nodes.push({ tag, vr, value: parsed.items, delimited: length === undefinedLength });
    at = length === undefinedLength ? parsed.end : start + length;
  }
  return nodes;
}

function looksNested(view: DataView, at: number, length: number): boolean {
  return length >= 8 && at + 8 <= view.byteLength && tagAt(view, at, true) === 0xfffee000;
}

function parseItems(bytes: Uint8Array, from: number, to: number, form: Form, fragments: boolean): { items: Item[]; end: number } {
  const view = viewOf(bytes);
  const items: Item[] = [];
  let at = from;
  while (at + 8 <= to) {
    const tag = tagAt(view, at, !form.bigEndian);
    const length = view.getUint32(at + 4, !form.bigEndian);
    at += 8;
    if (tag === 0xfffee0dd) break;
    const end = length === undefinedLength ? endOfItem(bytes, at, form) : at + length;
    items.push({
      content: fragments ? bytes.slice(at, end) : parseNodes(bytes, at, end, form),
      delimited: length === undefinedLength,
    });
    at = length === undefinedLength ? end + 8 : end;
  }
  return { items, end: at };
}

function endOfItem(bytes: Uint8Array, from: number, form: Form): number {
  const view = viewOf(bytes);
  let at = from;
  while (tagAt(view, at, !form.bigEndian) !== 0xfffee00d) {
    const { head, length, size } = headOf(view, at, form);
    at = length === undefinedLength ? parseItems(bytes, at + head, bytes.length, form, false).end : at + size;
  }
  return at;
}

function encodeNode(node: Node, form: Form): Buffer {
  const { tag, vr, value } = node;
  const content = value instanceof Uint8Array ? Buffer.from(value) : Buffer.concat(value.map((item) => encodeItem(item, form)));
  const delimited = node.delimited && !(value instanceof Uint8Array);
  const length = node.length ?? (delimited ? undefinedLength : content.length);
  const long = form.explicit && longVrs.has(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  putTag(head, tag, form);
  if (form.explicit) head.write(vr.padEnd(2), 4, "latin1");
  if (long) put32(head, 8, length, form);
  else if (form.explicit) put16(head, 6, length & 0xffff, form);
  else put32(head, 4, length, form);
  return Buffer.concat([head, content, delimited && !node.open ? delimiter(0xfffee0dd, form) : Buffer.alloc(0)]);
}

function encodeItem(item: Item, form: Form): Buffer {
  const { content, delimited } = item;
  const bytes = content instanceof Uint8Array ? content : Buffer.concat(content.map((node) => encodeNode(node, form)));
  const head = Buffer.alloc(8);
  putTag(head, 0xfffee000, form);
  put32(head, 4, item.length ?? (delimited ? undefinedLength : bytes.length), form);
  return Buffer.concat([head, bytes, delimited && !item.open ? delimiter(0xfffee00d, form) : Buffer.alloc(0)]);
}

function delimiter(tag: number, form: Form): Buffer {
  const bytes = Buffer.alloc(8);
  putTag(bytes, tag, form);
  return bytes;
}

function putTag(bytes: Buffer, tag: number, form: Form): void {
  put16(bytes, 0, tag >>> 16, form);
  put16(bytes, 2, tag & 0xffff, form);
}

const put16 = (bytes: Buffer, at: number, value: number, { bigEndian }: Form): number =>
  bigEndian ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
const put32 = (bytes: Buffer, at: number, value: number, { bigEndian }: Form): number =>
  bigEndian ? bytes.writeUInt32BE(value >>> 0, at) : bytes.writeUInt32LE(value >>> 0, at);
