import { type DataSetPlace, type Element, readElements, readItems } from "../read-elements.ts";
import { elementHead, encodeElements, joined } from "../write/elements.ts";
import { type Keeping, keptAttributes } from "./kept-attributes.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** What a kept text may look like (PS3.5 6.2), whichever VR the file gives it: nobody's name fits, but in capitals as a defined term. */
const texts: { readonly [Kind in Keeping]?: RegExp } = {
  CS: /^[A-Z0-9_ \\]*$/,
  DS: /^[-+0-9.eE \\]*$/,
  IS: /^[-+0-9 \\]*$/,
  TM: /^[0-9.: \\]*$/,
  UI: /^[0-9.\\]*$/,
  text: /^[\x20-\x7e]{0,64}$/,
};
const binaryVrs: ReadonlySet<string> = new Set("AT FD FL SL SS UL US OB OW UN".split(" "));
/** No text that is kept has more bytes. */
const longestText = 4096;
const oldestYears = 89;

/** The elements of a data set or item that stay in a de-identified one, as bytes by tag; pixel data are none of them. */
export function keptElements(place: DataSetPlace, pseudonyms: Pseudonyms, patient: string): Map<number, Uint8Array> {
  const { bytes, encoding } = place;
  const kept = new Map<number, Uint8Array>();
  const read = readElements(place);
  if (typeof read === "string") return kept;
  const target = encoding.explicit ? "explicit-le" : "implicit-le";

  const replaced = (tag: number, vr: "UI" | "DA" | "DT" | "AS", values: readonly (string | null)[]): Uint8Array | null =>
    values.includes(null) ? null : encodeElements([[tag, vr, values as string[]]], target, (text) => new TextEncoder().encode(text));
  const keep = (tag: number, element: Element, keeping: Keeping): Uint8Array | null => {
    if (keeping === "items") {
      const value = joined(readItems(bytes, element, encoding).map((item) => itemOf(keptElements(item, pseudonyms, patient))));
      return joined([elementHead(tag, "SQ", value.length, target), value]);
    }
    const { vr, offset, length, undefinedLength } = element;
    if (undefinedLength || (encoding.explicit && vr === null)) return null;
    const value = bytes.subarray(offset, offset + length);
    const asItIs = (): Uint8Array => joined([elementHead(tag, vr ?? "UN", length, target), value]);
    if (keeping === "binary") return vr === null || binaryVrs.has(vr) ? asItIs() : null;
    if (length > longestText) return null;
    const text = String.fromCharCode(...value)
      .replace(/\0+$/, "")
      .trim();
    if (text === "") return asItIs();
    const values = text.split("\\").map((one) => one.trim());
    if (keeping === "uid") return replaced(tag, "UI", values.map(pseudonyms.uid));
    if (keeping === "date") return replaced(tag, "DA", values.map((day) => pseudonyms.date(patient, day))); // biome-ignore format: one line
    if (keeping === "date-time") return replaced(tag, "DT", values.map((time) => dateTime(time, pseudonyms, patient))); // biome-ignore format: one line
    if (keeping === "age") return replaced(tag, "AS", values.map(age));
    return texts[keeping]?.test(text) === true ? asItIs() : null;
  };
  for (const [tag, element] of read.elements) {
    const keeping = keptAttributes.get(tag);
    const written = keeping === undefined ? null : keep(tag, element, keeping);
    if (written !== null) kept.set(tag, written);
  }
  return kept;
}

/** The elements in the order of their tags. */
export const inOrder = (elements: ReadonlyMap<number, Uint8Array>): Uint8Array[] =>
  [...elements].sort(([one], [other]) => one - other).map(([, bytes]) => bytes);

function itemOf(elements: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const value = joined(inOrder(elements));
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, 0xe000fffe, true);
  head.setUint32(4, value.length, true);
  return joined([new Uint8Array(head.buffer), value]);
}

function dateTime(time: string, pseudonyms: Pseudonyms, patient: string): string | null {
  const [, day, timeOfDay] = /^(\d{8})(\d{0,6}(?:\.\d{1,6})?)(?:[+-]\d{4})?$/.exec(time) ?? [];
  const moved = day === undefined ? null : pseudonyms.date(patient, day);
  return moved === null ? null : `${moved}${timeOfDay}`;
}

/** Whoever is older than 89 is 90: there are few of them. */
function age(value: string): string | null {
  const [, number, unit] = /^(\d{3})([DWMY])$/.exec(value) ?? [];
  if (number === undefined) return null;
  return unit === "Y" && Number(number) > oldestYears ? `0${oldestYears + 1}Y` : value;
}
