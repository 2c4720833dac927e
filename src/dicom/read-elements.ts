/** How elements are encoded (DICOM PS3.5 7.1, 7.3). */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** Bytes with the place and encoding of a data set or sequence item in them. */
export interface DataSetPlace {
  readonly bytes: Uint8Array<ArrayBufferLike>;
  readonly from: number;
  readonly to: number;
  readonly encoding: Encoding;
}

/** Where an element's value lies, from the start of the bytes. Values are not read, sequences not walked, before somebody asks. */
export interface Element {
  /** Null in implicit encoding. */
  readonly vr: string | null;
  readonly offset: number;
  readonly length: number;
  readonly undefinedLength: boolean;
}

export type Elements = ReadonlyMap<number, Element>;

/** Why elements cannot be read: the bytes end within one, or are no elements. */
export type Unreadable = "short" | "broken";

/** (0008,0005) as 0x00080005. */
export const pixelDataTag = 0x7fe00010;
/** Float, double float and integer pixel data: nothing that describes an image stands behind them. */
const pixelDataTags: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, pixelDataTag]);

const itemTag = 0xfffee000;
const itemEndTag = 0xfffee00d;
const sequenceEndTag = 0xfffee0dd;
const undefinedLength = 0xffffffff;
/** VRs whose length takes two bytes; all others, also those yet to come, have four behind two reserved ones (PS3.5 7.1.2). */
const shortVrs: ReadonlySet<string> = new Set(
  "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(" "), // biome-ignore format: one line
);

/** No header has more elements on one level, more items in one sequence, or sequences of undefined length nested deeper. */
const mostElements = 2 ** 16;
const mostItems = 2 ** 17;
const deepestNesting = 128;

/**
 * The elements of one level, up to pixel data (which is still named), an element of another group where `group` is given, or the end of the place. Of
 * elements with one tag the last counts. An element without a VR where one is due is taken for implicit, as are values of VR UN with undefined length
 * (PS3.5 6.2.2 note 3).
 */
export function readElements(place: DataSetPlace, group?: number): { elements: Elements; end: number } | Unreadable {
  const elements = new Map<number, Element>();
  const visit = (tag: number, element: Element): boolean => {
    elements.set(tag, element);
    return pixelDataTags.has(tag);
  };
  const end = walk(viewOf(place.bytes), place, 0, visit, group);
  return typeof end === "string" ? end : { elements, end };
}

/** Where the items of a sequence lie; empty when the value is no sequence, or one of more items than any file needs. */
export function readItems(bytes: Uint8Array<ArrayBufferLike>, element: Element, encoding: Encoding): DataSetPlace[] {
  const { vr, offset, length } = element;
  const own = vr === "UN" ? implicit : encoding;
  const items: DataSetPlace[] = [];
  const end = walkItems(viewOf(bytes), { from: offset, to: offset + length, encoding: own }, 0, (from, to) => {
    items.push({ bytes, from, to, encoding: own });
    return items.length > mostItems;
  });
  return end === "broken" || items.length > mostItems ? [] : items;
}

const implicit: Encoding = { explicit: false, littleEndian: true };

const viewOf = (bytes: Uint8Array<ArrayBufferLike>): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const tagAt = (view: DataView, at: number, littleEndian: boolean): number =>
  view.getUint16(at, littleEndian) * 65536 + view.getUint16(at + 2, littleEndian);

type Range = Pick<DataSetPlace, "from" | "to" | "encoding">;

/** Visits elements until one says true, the range ends or an item delimiter comes; gives the place behind the last. */
function walk(
  view: DataView,
  { from, to, encoding }: Range,
  depth: number,
  visit: (tag: number, element: Element) => boolean,
  group?: number,
): number | Unreadable {
  let at = from;
  for (let count = 0; at < to; count++) {
    if (count > mostElements) return "broken";
    if (at + 8 > to) return "short";
    const tag = tagAt(view, at, encoding.littleEndian);
    if (tag === itemEndTag) return at + 8;
    if (group !== undefined && tag >>> 16 !== group) return at;
    const head = headAt(view, at, to, encoding);
    if (head === null) return "short";
    const { vr, offset, length } = head;
    const isUndefined = length === undefinedLength;
    // Pixel data end the walk, whether or not their value lies within the bytes.
    if (pixelDataTags.has(tag) && visit(tag, { vr, offset, length, undefinedLength: isUndefined })) return at;
    const inner = { from: offset, to, encoding: vr === "UN" ? implicit : encoding };
    const end: number | Unreadable = isUndefined ? walkItems(view, inner, depth + 1) : offset + length;
    if (typeof end === "string") return end;
    if (end > to) return "short";
    if (visit(tag, { vr, offset, length: end - offset, undefinedLength: isUndefined })) return at;
    at = end;
  }
  return at;
}

/** Visits the items of a sequence; gives the place behind its delimiter or the end of its range. */
function walkItems(
  view: DataView,
  { from, to, encoding }: Range,
  depth: number,
  visit: (from: number, to: number) => boolean = () => false,
): number | Unreadable {
  if (depth > deepestNesting) return "broken";
  let at = from;
  while (at < to) {
    if (at + 8 > to) return "short";
    const tag = tagAt(view, at, encoding.littleEndian);
    const length = view.getUint32(at + 4, encoding.littleEndian);
    at += 8;
    if (tag === sequenceEndTag) return at;
    if (tag !== itemTag) return "broken";
    const end: number | Unreadable = length === undefinedLength ? walk(view, { from: at, to, encoding }, depth, () => false) : at + length;
    if (typeof end === "string") return end;
    if (end > to) return "short";
    if (visit(at, end)) return end;
    at = end;
  }
  return at;
}

function headAt(view: DataView, at: number, to: number, { explicit, littleEndian }: Encoding): Omit<Element, "undefinedLength"> | null {
  const [a, b] = [view.getUint8(at + 4), view.getUint8(at + 5)];
  if (!explicit || !isUpper(a) || !isUpper(b)) return { vr: null, offset: at + 8, length: view.getUint32(at + 4, littleEndian) };
  const vr = String.fromCharCode(a, b);
  if (shortVrs.has(vr)) return { vr, offset: at + 8, length: view.getUint16(at + 6, littleEndian) };
  return at + 12 > to ? null : { vr, offset: at + 12, length: view.getUint32(at + 8, littleEndian) };
}

const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
