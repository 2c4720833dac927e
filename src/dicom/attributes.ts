import dicomParser, { type DataSet, type Element } from "dicom-parser";
import { decodeText } from "./character-set.ts";
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
  /** An FD attribute. */
  readonly double: (tag: string) => number | null;
  /** A US attribute (or the bits of an SS). */
  readonly unsigned16: (tag: string) => number | null;
  readonly items: (tag: string) => readonly Attributes[];
}

/** @param characterSets of the enclosing data set; one of its own replaces them */
export function attributesOf(dataSet: DataSet, inherited: readonly string[] = []): Attributes {
  const own = dataSet.elements[tag.specificCharacterSet];
  const characterSets = own ? splitText(ascii(bytesOf(dataSet, own))) : inherited;
  const texts = (name: string): readonly string[] => {
    const element = dataSet.elements[name];
    if (!element || element.length === 0) return [];
    return splitText(decodeText(bytesOf(dataSet, element), characterSets));
  };
  const text = (name: string): string | null => texts(name)[0] || null;
  const decimals = (name: string): readonly number[] | null => {
    const values = texts(name).map((value) => (value === "" ? Number.NaN : Number(value)));
    return values.length > 0 && values.every(Number.isFinite) ? values : null;
  };
  const fixed = <T>(name: string, bytes: number, read: (name: string) => T | undefined): T | null => {
    const element = dataSet.elements[name];
    return element && element.length >= bytes && element.dataOffset + bytes <= dataSet.byteArray.length ? (read(name) ?? null) : null;
  };
  return {
    has: (name) => (dataSet.elements[name]?.length ?? 0) > 0,
    texts,
    text,
    decimals,
    decimal: (name) => decimals(name)?.[0] ?? null,
    double: (name) => fixed(name, 8, (found) => dataSet.double(found)),
    unsigned16: (name) => fixed(name, 2, (found) => dataSet.uint16(found)),
    items: (name) => itemsOf(dataSet, name).map((item) => attributesOf(item, characterSets)),
  };
}

function bytesOf(dataSet: DataSet, element: Element): Uint8Array {
  return dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 256));
}

/** Trailing padding is space or NUL (PS3.5 6.2). */
function splitText(text: string): string[] {
  return text.split("\\").map((value) => value.replaceAll("\0", "").trim());
}

/** Items of a sequence. One stored as UN with a defined length holds implicit little endian content (PS3.5 6.2.2 note 2). */
function itemsOf(dataSet: DataSet, name: string): readonly DataSet[] {
  const element = dataSet.elements[name];
  if (!element) return [];
  const items = element.items ?? (element.vr === "UN" ? unknownVrItems(dataSet, element) : []);
  return items.flatMap((item) => (item.dataSet ? [item.dataSet] : []));
}

function unknownVrItems(dataSet: DataSet, element: Element): readonly Element[] {
  const stream = new dicomParser.ByteStream(dicomParser.littleEndianByteArrayParser, dataSet.byteArray, element.dataOffset);
  const parsed: Element = { tag: element.tag, vr: "SQ", length: element.length, dataOffset: element.dataOffset };
  try {
    dicomParser.readSequenceItemsImplicit(stream, parsed);
  } catch {
    return [];
  }
  return parsed.items ?? [];
}
