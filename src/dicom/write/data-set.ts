import { dictionary, type Keyword } from "./dictionary.ts";
import type { Element, NumberVr } from "./elements.ts";

type VrOf<Key extends Keyword> = (typeof dictionary)[Key][1];
type ValueOf<Vr> = Vr extends "SQ"
  ? readonly DataSet[]
  : Vr extends "OB" | "OW"
    ? Uint8Array
    : Vr extends NumberVr
      ? number | readonly number[]
      : string | readonly string[];

/** A data set (or sequence item) by keyword. "" and [] write an empty attribute (type 2); what is left out or undefined is not written. */
export type DataSet = { readonly [Key in Keyword]?: ValueOf<VrOf<Key>> | undefined };

/** The elements of a data set, as `encodeElements` takes them. */
export function elementsOf(dataSet: DataSet): Element[] {
  return Object.entries(dataSet).flatMap(([keyword, value]): Element[] => {
    if (value === undefined) return [];
    const [tag, vr] = dictionary[keyword as Keyword];
    if (vr === "SQ") return [[tag, vr, (value as readonly DataSet[]).map(elementsOf)]];
    // DataSet ties each keyword's value to its VR; the loop over entries loses that tie.
    return [[tag, vr, value] as Element];
  });
}
