import { Fault } from "../../base/fault.ts";
import { isUid } from "../../base/uid.ts";
import type { ObjectSearch, SearchMatch } from "../../findings/object-search.ts";
import { dictionary } from "../write/dictionary.ts";
import { tagName } from "./dicom-json.ts";

export type Level = ObjectSearch["level"];

/** Attributes that objects can be found by, with the level they belong to and how their values are compared. */
const keys = {
  StudyInstanceUID: [0x0020000d, "study", "uid"],
  StudyDate: [0x00080020, "study", "range"],
  StudyTime: [0x00080030, "study", "range"],
  AccessionNumber: [0x00080050, "study", "text"],
  StudyDescription: [0x00081030, "study", "text"],
  ModalitiesInStudy: [0x00080061, "study", "text"],
  PatientName: [0x00100010, "study", "name"],
  PatientID: [0x00100020, "study", "text"],
  SeriesInstanceUID: [0x0020000e, "series", "uid"],
  Modality: [0x00080060, "series", "text"],
  SeriesNumber: [0x00200011, "series", "number"],
  SeriesDescription: [0x0008103e, "series", "text"],
  BodyPartExamined: [0x00180015, "series", "text"],
  SOPInstanceUID: [0x00080018, "instance", "uid"],
  SOPClassUID: [0x00080016, "instance", "uid"],
  InstanceNumber: [0x00200013, "instance", "number"],
} as const satisfies Readonly<Record<string, readonly [tag: number, level: Level, how: "uid" | "text" | "name" | "range" | "number"]>>;

export type SearchKey = keyof typeof keys;

/**
 * How a value must be (PS3.4 C.2.2.2). `text`: like any of the patterns, in which `*` stands for any characters and `?` for one; of several values, as
 * the modalities of a study, one is enough. `range`: from … to, both included, as text; a time or date that is given with fewer digits than
 * another stands for all that begin so.
 */
export type Match = SearchMatch & { readonly key: SearchKey };

export interface SearchQuery extends ObjectSearch {
  readonly matches: readonly Match[];
  /** Tags that are wanted besides the usual ones. */
  readonly includeFields: readonly string[] | "all";
  /** The limit is the server's. */
  readonly capped: boolean;
  /** Codes of words/ for what of the query was not heeded. */
  readonly warnings: readonly ("dicom-web.fuzzy-ignored" | "dicom-web.key-ignored")[];
}

const levels: readonly Level[] = ["study", "series", "instance"];

const mostResults = 1000;

/**
 * The query of a search (PS3.18 8.3.4, 10.6.1): attributes by keyword or tag, limit, offset, includefield, fuzzymatching.
 * @param given parameters in the order they stand, each as often as it does
 * @param within UIDs that the path of the resource names
 * @throws Fault dicom-web.bad-query when it cannot be understood
 */
export function searchQuery(
  level: Level,
  given: Iterable<readonly [string, string]>,
  within: Partial<Record<SearchKey, string>>,
): SearchQuery {
  const matches: Match[] = Object.entries(within).map(([key, uid]) => ({ key: key as SearchKey, kind: "one-of", values: [uid] }));
  const fields: string[] = [];
  const warnings = new Set<SearchQuery["warnings"][number]>();
  const seen = new Set<string>();
  let offset = 0;
  let limit = mostResults;
  for (const [name, value] of given) {
    if (name === "includefield") {
      fields.push(...value.split(","));
      continue;
    }
    if (seen.has(name)) throw badQuery(name);
    seen.add(name);
    if (name === "limit") limit = Math.min(mostResults, wholeNumber(name, value));
    else if (name === "offset") offset = wholeNumber(name, value);
    else if (name === "fuzzymatching") {
      if (value !== "true" && value !== "false") throw badQuery(name);
      if (value === "true") warnings.add("dicom-web.fuzzy-ignored");
    } else if (name !== "accept" && name !== "charset") {
      const key = keyOf(name);
      if (key === null || levels.indexOf(keys[key][1]) > levels.indexOf(level)) warnings.add("dicom-web.key-ignored");
      else if (value !== "" && value !== "*") matches.push(matchOf(key, value));
    }
  }
  const includeFields = fields.includes("all") ? "all" : fields.map(fieldTag).filter((tag) => tag !== null);
  return { level, matches, offset, limit, includeFields, capped: limit === mostResults, warnings: [...warnings] };
}

const badQuery = (parameter: string): Fault =>
  new Fault("dicom-web.bad-query", { parameter: /^[\w.]{1,64}$/.test(parameter) ? parameter : "?" });

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw badQuery(name);
  return Number(value);
}

/** Null for an attribute that exists, or may, but is none to search by. */
function keyOf(name: string): SearchKey | null {
  if (!/^([0-9A-Fa-f]{8}|[A-Za-z]\w*)(\.([0-9A-Fa-f]{8}|[A-Za-z]\w*))*$/.test(name)) throw badQuery(name);
  if (Object.hasOwn(keys, name)) return name as SearchKey;
  const found = Object.entries(keys).find(([, [tag]]) => tagName(tag) === name.toUpperCase());
  return (found?.[0] as SearchKey | undefined) ?? null;
}

/** A tag in eight upper-case digits; null for an attribute that is not known here. */
function fieldTag(name: string): string | null {
  if (/^[0-9A-Fa-f]{8}$/.test(name)) return name.toUpperCase();
  if (!/^[A-Za-z]\w*$/.test(name)) throw badQuery("includefield");
  const entry = Object.hasOwn(dictionary, name) ? dictionary[name as keyof typeof dictionary] : undefined;
  return entry === undefined ? null : tagName(entry[0]);
}

function matchOf(key: SearchKey, value: string): Match {
  switch (keys[key][2]) {
    case "uid": {
      const values = value.split(/[,\\]/);
      if (!values.every(isUid)) throw badQuery(key);
      return { key, kind: "one-of", values };
    }
    case "number":
      if (!/^[+-]?\d{1,10}$/.test(value)) throw badQuery(key);
      return { key, kind: "number", value: Number(value) };
    case "range": {
      const [, from = "", dash, to = ""] = /^([\d.]*)(-?)([\d.]*)$/.exec(value) ?? [];
      if (from === "" && to === "") throw badQuery(key);
      return { key, kind: "range", from: from || null, to: (dash ? to : from) || null };
    }
    default:
      return { key, kind: "text", patterns: value.split("\\"), ignoreCase: keys[key][2] === "name" };
  }
}
