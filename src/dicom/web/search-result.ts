import { type DicomJson, type JsonAttribute, tagName } from "./dicom-json.ts";
import type { Level, SearchQuery } from "./search-query.ts";
import { standardVr } from "./standard-vrs.ts";

/** What a search answers of each level: attributes that are always there, empty where the object lacks them, and those that are there where it has them. */
const attributes: Readonly<Record<Level, { readonly always: readonly number[]; readonly ifKnown: readonly number[] }>> = {
  // PS3.18 table 10.6.3-3
  study: {
    always: [0x00080020, 0x00080030, 0x00080050, 0x00080090, 0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x0020000d, 0x00200010],
    ifKnown: [0x00080201, 0x00081030],
  },
  // PS3.18 table 10.6.3-4
  series: {
    always: [0x00080060, 0x0020000e, 0x00200011],
    ifKnown: [0x00080201, 0x0008103e, 0x00400244, 0x00400245, 0x00400275],
  },
  // PS3.18 table 10.6.3-5
  instance: {
    always: [0x00080016, 0x00080018, 0x00200013],
    ifKnown: [0x00080201, 0x00280008, 0x00280010, 0x00280011, 0x00280100],
  },
};

/** Attributes of patient, study and series that includefield=all adds at these levels; at that of instances it adds the whole header. */
const furtherOf: Readonly<Record<Exclude<Level, "instance">, readonly number[]>> = {
  study: [0x00081032, 0x00081060, 0x00100021, 0x00101010, 0x00101020, 0x00101030, 0x001021b0, 0x00104000],
  series: [
    0x00080021, 0x00080031, 0x00080070, 0x00080080, 0x00081010, 0x00081090, 0x00180015, 0x00181030, 0x00185100, 0x00200052, 0x00200060,
  ],
};

/** What is counted, not read from a header. */
export interface Counted {
  readonly retrieveUrl: string;
  /** Of a study. */
  readonly modalities?: readonly string[] | undefined;
  readonly seriesOfStudy?: number | undefined;
  readonly instancesOfStudy?: number | undefined;
  /** Of a series. */
  readonly instancesOfSeries?: number | undefined;
  /** Of an instance. */
  readonly transferSyntaxUid?: string | undefined;
}

/**
 * One result of a search.
 * @param header of the object, or of one object of the study or series
 * @param shown levels whose attributes are answered: that of the search, and those above it that the path does not fix
 */
export function searchResult(
  header: DicomJson,
  shown: readonly Level[],
  { level, includeFields }: Pick<SearchQuery, "level" | "includeFields">,
  counted: Counted,
): DicomJson {
  const always = shown.flatMap((one) => attributes[one].always);
  const ifKnown = shown.flatMap((one) => attributes[one].ifKnown);
  const further =
    includeFields !== "all"
      ? includeFields
      : level === "instance"
        ? Object.keys(header)
        : [...furtherOf.study, ...(level === "series" ? furtherOf.series : [])].map(tagName);
  const wanted = new Set([...[...always, ...ifKnown].map(tagName), ...further]);
  const found: [string, JsonAttribute][] = [...wanted].flatMap((name) => (header[name] === undefined ? [] : [[name, header[name]]]));
  const empty = always.map((tag): [string, JsonAttribute] => [tagName(tag), { vr: standardVr(tag, false) }]);
  const counts: [string, JsonAttribute][] = [
    ["00080005", { vr: "CS", Value: ["ISO_IR 192"] }],
    ["00080056", { vr: "CS", Value: ["ONLINE"] }],
    ["00081190", { vr: "UR", Value: [counted.retrieveUrl] }],
    ...numbered("00080061", "CS", counted.modalities),
    ...numbered("00201206", "IS", counted.seriesOfStudy),
    ...numbered("00201208", "IS", counted.instancesOfStudy),
    ...numbered("00201209", "IS", counted.instancesOfSeries),
    ...numbered("00083002", "UI", counted.transferSyntaxUid),
  ];
  return Object.fromEntries([...new Map([...empty, ...found, ...counts])].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function numbered(tag: string, vr: string, value: string | number | readonly string[] | undefined): [string, JsonAttribute][] {
  if (value === undefined) return [];
  return [[tag, { vr, Value: typeof value === "object" ? value : [value] }]];
}
