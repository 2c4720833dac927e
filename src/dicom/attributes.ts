import { decodeText } from "./character-set.ts";
import { type DataSetPlace, type Element, type Elements, readElements, readItems } from "./read-elements.ts";
import { tag } from "./tags.ts";

/** The attributes of a data set or of one sequence item, read by what they mean and not by the VR they were stored with (UN included). */
export interface Attributes {
  readonly has: (tag: string) => boolean;
  /** Values split at `\`, trimmed, in the character set of the data set; empty when absent. */
  readonly texts: (tag: string) => readonly string[];
  /** First value; null when absent or empty. */
  readonly text: (tag: string) => string | null;
  /** Values of a DS or IS attribute; null unless every value is a finite number. */
  readonly decimals: (tag: string) => readonly number[] | null;
  readonly decimal: (tag: string) => number | null;
  /** A text in which `\` is no separator (ST, LT, UT). */
  readonly prose: (tag: string) => string | null;
  /** An FD attribute. */
  readonly double: (tag: string) => number | null;
  /** A US attribute (or the bits of an SS). */
  readonly unsigned16: (tag: string) => number | null;
  /** Values of an FL attribute; empty when absent. */
  readonly floats: (tag: string) => readonly number[];
  /** Values of a UL attribute; empty when absent. */
  readonly unsigned32s: (tag: string) => readonly number[];
  readonly items: (tag: string) => readonly Attributes[];
}

/** No text that is asked for is longer, in bytes. */
const longestText = 2 ** 20;
/** Items nested deeper are not read: no object of the standard comes near. */
const deepestItem = 128;

/**
 * The attributes of a data set or item; elements and items are looked for when first asked for.
 * @param inherited character sets of the enclosing data set; one of its own replaces them
 */
export function attributesOf(place: DataSetPlace, inherited: readonly string[] = [], depth = 0): Attributes {
  const { bytes, encoding } = place;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let elements: Elements | null = null;
  const find = (name: string): Element | undefined => {
    elements ??= elementsOf(place);
    return elements.get(Number.parseInt(name.slice(1), 16));
  };
  const bytesOf = ({ offset, length }: Element): Uint8Array => bytes.subarray(offset, offset + Math.min(length, longestText));
  const characterSets = (): readonly string[] => {
    const own = find(tag.specificCharacterSet);
    return own ? splitText(ascii(bytesOf(own))) : inherited;
  };
  const texts = (name: string): readonly string[] => {
    const element = find(name);
    return element && element.length > 0 ? splitText(decodeText(bytesOf(element), characterSets())) : [];
  };
  const prose = (name: string): string | null => {
    const element = find(name);
    return element ? decodeText(bytesOf(element), characterSets()).replaceAll("\0", "").trim() || null : null;
  };
  const decimals = (name: string): readonly number[] | null => {
    const values = texts(name).map((value) => (value === "" ? Number.NaN : Number(value)));
    return values.length > 0 && values.every(Number.isFinite) ? values : null;
  };
  const numbers = (name: string, size: number, read: (at: number) => number): readonly number[] => {
    const element = find(name);
    return Array.from({ length: element ? Math.floor(element.length / size) : 0 }, (_, n) => read((element?.offset ?? 0) + n * size));
  };
  const itemsByTag = new Map<string, readonly Attributes[]>();
  const items = (name: string): readonly Attributes[] => {
    const element = depth < deepestItem ? find(name) : undefined;
    const known = itemsByTag.get(name) ?? (element ? readItems(bytes, element, encoding) : []).map((item) => attributesOf(item, characterSets(), depth + 1)); // biome-ignore format: one line
    itemsByTag.set(name, known);
    return known;
  };
  const { littleEndian } = encoding;
  return {
    has: (name) => (find(name)?.length ?? 0) > 0,
    texts,
    text: (name) => texts(name)[0] || null,
    prose,
    decimals,
    decimal: (name) => decimals(name)?.[0] ?? null,
    double: (name) => numbers(name, 8, (at) => view.getFloat64(at, littleEndian))[0] ?? null,
    unsigned16: (name) => numbers(name, 2, (at) => view.getUint16(at, littleEndian))[0] ?? null,
    floats: (name) => numbers(name, 4, (at) => view.getFloat32(at, littleEndian)),
    unsigned32s: (name) => numbers(name, 4, (at) => view.getUint32(at, littleEndian)),
    items,
  };
}

/** Of an item that is broken, nothing. */
function elementsOf(place: DataSetPlace): Elements {
  const read = readElements(place);
  return typeof read === "string" ? new Map() : read.elements;
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 256));
}

/** Trailing padding is space or NUL (PS3.5 6.2). */
function splitText(text: string): string[] {
  return text.split("\\").map((value) => value.replaceAll("\0", "").trim());
}
