import { decodeText } from "../character-set.ts";
import { type DataSetPlace, type Element, pixelDataTag, readElements, readItems } from "../read-elements.ts";
import { standardVr } from "./standard-vrs.ts";

export type JsonValue = string | number | null | { readonly [component: string]: string } | DicomJson;

/** One attribute of the DICOM JSON Model (PS3.18 F.2.2). */
export interface JsonAttribute {
  readonly vr: string;
  readonly Value?: readonly JsonValue[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

/** A data set in the DICOM JSON Model (PS3.18 annex F), by tag in eight upper-case hexadecimal digits, in ascending order. */
export interface DicomJson {
  readonly [tag: string]: JsonAttribute;
}

/** Binary values longer than this are bulk data. */
const longestInlineBytes = 1024;

export interface JsonOptions {
  /** Address of the value at a path of tags and item numbers from 1, `52009229/1/00281234`; only asked for long values and for pixels. */
  readonly bulkUri: (path: string) => string;
}

/**
 * A data set in the DICOM JSON Model: text in UTF-8 whatever its character set, numbers as numbers as far as they are some, values without
 * VR by the dictionary. Group lengths are left out, as is what stands behind pixel data.
 */
export function dicomJson(place: DataSetPlace, options: JsonOptions): DicomJson {
  return itemJson(place, { ...options, characterSets: [], signed: false, path: "", depth: 0 });
}

interface Context extends JsonOptions {
  readonly characterSets: readonly string[];
  readonly signed: boolean;
  readonly path: string;
  readonly depth: number;
}

const characterSetTag = 0x00080005;
const pixelRepresentationTag = 0x00280103;
/** No object nests deeper. */
const deepestItem = 64;

function itemJson(place: DataSetPlace, outer: Context): DicomJson {
  const read = readElements(place);
  if (typeof read === "string" || outer.depth > deepestItem) return {};
  const { elements } = read;
  const { littleEndian } = place.encoding;
  const bytesOf = ({ offset, length }: Element): Uint8Array => place.bytes.subarray(offset, offset + length);
  const own = elements.get(characterSetTag);
  const representation = elements.get(pixelRepresentationTag);
  const context: Context = {
    ...outer,
    characterSets: own === undefined ? outer.characterSets : splitText(latin1(bytesOf(own))),
    signed: representation === undefined ? outer.signed : bytesOf(representation)[littleEndian ? 0 : 1] === 1,
  };
  const json: Record<string, JsonAttribute> = {};
  for (const [tag, element] of [...elements].sort(([a], [b]) => a - b)) {
    if ((tag & 0xffff) === 0) continue;
    const name = tagName(tag);
    const said = element.vr === "UN" || element.vr === null ? standardVr(tag, context.signed) : element.vr;
    // A sequence of undefined length is one, whoever says otherwise (PS3.5 6.2.2 note).
    const vr = said === "UN" && element.undefinedLength && tag !== pixelDataTag ? "SQ" : said;
    json[name] =
      tag === characterSetTag
        ? { vr: "CS", Value: ["ISO_IR 192"] }
        : attributeJson(vr, { place, element, bytes: bytesOf(element) }, { ...context, path: `${context.path}${name}` }, tag);
  }
  return json;
}

interface Held {
  readonly place: DataSetPlace;
  readonly element: Element;
  readonly bytes: Uint8Array;
}

function attributeJson(vr: string, { place, element, bytes }: Held, context: Context, tag: number): JsonAttribute {
  if (vr === "SQ") {
    const items = readItems(place.bytes, element, place.encoding);
    const Value = items.map((item, n) => itemJson(item, { ...context, path: `${context.path}/${n + 1}/`, depth: context.depth + 1 }));
    return Value.length === 0 ? { vr } : { vr, Value };
  }
  if (element.length === 0) return { vr };
  if (isPixelData(tag)) return { vr, BulkDataURI: context.bulkUri(context.path) };
  if (binaryVrs.has(vr)) {
    if (element.length > longestInlineBytes) return { vr, BulkDataURI: context.bulkUri(context.path) };
    return { vr, InlineBinary: Buffer.from(littleEndianBytes(bytes, vr, place)).toString("base64") };
  }
  const read = numberReaders[vr];
  const Value = read === undefined ? textValues(vr, bytes, context.characterSets) : numbersOf(bytes, read, place.encoding.littleEndian);
  return Value.length === 0 ? { vr } : { vr, Value };
}

export const isPixelData = (tag: number): boolean => tag === pixelDataTag || tag === 0x7fe00008 || tag === 0x7fe00009;

export const tagName = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, "0");

const binaryVrs: ReadonlySet<string> = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "UN"]);

/** Bytes of one value of the VRs that have an order of bytes. */
export const valueBytes: Readonly<Record<string, number>> = {
  AT: 2, FD: 8, FL: 4, OD: 8, OF: 4, OL: 4, OV: 8, OW: 2, SL: 4, SS: 2, SV: 8, UL: 4, US: 2, UV: 8,
}; // biome-ignore format: one line

function littleEndianBytes(bytes: Uint8Array, vr: string, { encoding }: DataSetPlace): Uint8Array {
  return encoding.littleEndian ? bytes : swapped(bytes, valueBytes[vr] ?? 1);
}

/** Bytes with every value of so many bytes turned round. */
export function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const turned = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % width)));
  if (width === 2) return turned.swap16();
  if (width === 4) return turned.swap32();
  return width === 8 ? turned.swap64() : Buffer.from(bytes);
}

type ReadNumber = readonly [bytes: number, read: (view: DataView, at: number, littleEndian: boolean) => JsonValue];

const numberReaders: Readonly<Record<string, ReadNumber>> = {
  AT: [4, (view, at, le) => tagName(view.getUint16(at, le) * 65536 + view.getUint16(at + 2, le))],
  FD: [8, (view, at, le) => finite(view.getFloat64(at, le))],
  FL: [4, (view, at, le) => finite(view.getFloat32(at, le))],
  SL: [4, (view, at, le) => view.getInt32(at, le)],
  SS: [2, (view, at, le) => view.getInt16(at, le)],
  SV: [8, (view, at, le) => exact(view.getBigInt64(at, le))],
  UL: [4, (view, at, le) => view.getUint32(at, le)],
  US: [2, (view, at, le) => view.getUint16(at, le)],
  UV: [8, (view, at, le) => exact(view.getBigUint64(at, le))],
};

/** JSON has no numbers for these. */
const finite = (value: number): JsonValue => (Number.isFinite(value) ? value : null);
const exact = (value: bigint): JsonValue => (BigInt(Number(value)) === value ? Number(value) : String(value));

function numbersOf(bytes: Uint8Array, [width, read]: ReadNumber, littleEndian: boolean): JsonValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / width) }, (_, n) => read(view, n * width, littleEndian));
}

/** VRs in which `\` is text (PS3.5 6.2). */
const singleVrs: ReadonlySet<string> = new Set(["LT", "ST", "UT", "UR"]);
/** VRs of the default repertoire. */
const plainVrs: ReadonlySet<string> = new Set(["AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR"]);

function textValues(vr: string, bytes: Uint8Array, characterSets: readonly string[]): JsonValue[] {
  const text = plainVrs.has(vr) ? latin1(bytes) : decodeText(bytes, characterSets);
  if (singleVrs.has(vr)) {
    const prose = text.replace(/[\0 ]+$/, "");
    return prose === "" ? [] : [prose];
  }
  const values = text.split("\\").map((value) => value.replaceAll("\0", "").replace(/ +$/, ""));
  if (values.every((value) => value.trim() === "")) return [];
  return values.map((value) => {
    if (vr === "PN") return nameJson(value);
    const trimmed = vr === "UC" ? value : value.trim();
    if (trimmed === "") return null;
    return vr === "DS" || vr === "IS" ? numberOrText(trimmed) : trimmed;
  });
}

/** What is no number stays what it is. */
function numberOrText(text: string): JsonValue {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
}

const groups = ["Alphabetic", "Ideographic", "Phonetic"];

/** Component groups of a person name, separated by `=` (PS3.5 6.2.1.2). */
function nameJson(text: string): JsonValue {
  const said = text
    .split("=")
    .map((group, n): [string, string] => [groups[n] ?? "", group.trim()])
    .filter(([name, group]) => name !== "" && group !== "");
  return said.length === 0 ? null : Object.fromEntries(said);
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

const splitText = (text: string): string[] => text.split("\\").map((value) => value.replaceAll("\0", "").trim());
