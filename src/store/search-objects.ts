import { z } from "zod";
import type { ObjectSearch, SearchMatch } from "../findings/object-search.ts";
import type { Queries, SqlValue } from "./database.ts";

/** Attribute → where its value stands; `t`, `s`, `i` are study, series and instance. */
const columns: Readonly<Record<string, string>> = {
  StudyInstanceUID: "t.study_uid",
  StudyDate: "t.study_date",
  StudyTime: "t.study_time",
  AccessionNumber: "t.accession_number",
  StudyDescription: "t.study_description",
  PatientName: "t.patient->>'name'",
  PatientID: "t.patient->>'id'",
  SeriesInstanceUID: "s.series_uid",
  Modality: "s.modality",
  SeriesNumber: "s.series_number",
  SeriesDescription: "s.series_description",
  BodyPartExamined: "s.body_part_examined",
  SOPInstanceUID: "i.sop_instance_uid",
  SOPClassUID: "i.sop_class_uid",
  InstanceNumber: "i.instance_number",
};

/** One instance stands for its study or series: the same at each call. */
const oneOf = (owner: string, column: string): string =>
  `cross join lateral (select * from instance where instance.${column} = ${owner}.${column} order by sop_instance_uid limit 1) i`;

const levels: Readonly<Record<ObjectSearch["level"], { readonly from: string; readonly order: string }>> = {
  study: {
    from: `study t ${oneOf("t", "study_uid")} join series s on s.series_uid = i.series_uid`,
    order: "t.study_date desc nulls last, t.study_uid",
  },
  series: {
    from: `series s join study t using (study_uid) ${oneOf("s", "series_uid")}`,
    order: "s.series_number nulls last, s.series_uid",
  },
  instance: {
    from: "instance i join series s using (series_uid) join study t on t.study_uid = i.study_uid",
    order: "i.instance_number nulls last, i.sop_instance_uid",
  },
};

const FoundRow = z.strictObject({
  instance: z.strictObject({
    sopInstanceUid: z.string(),
    sopClassUid: z.string(),
    transferSyntaxUid: z.string(),
    pixelKey: z.string(),
    bytes: z.number(),
    studyInstanceUid: z.string(),
    seriesInstanceUid: z.string(),
  }),
  study: z.strictObject({ modalities: z.array(z.string()), series: z.number(), instances: z.number() }).nullable(),
  series: z.strictObject({ instances: z.number() }).nullable(),
});
export type FoundObject = z.infer<typeof FoundRow>;

const instanceFields = `jsonb_build_object('sopInstanceUid', i.sop_instance_uid, 'sopClassUid', i.sop_class_uid, 'transferSyntaxUid', i.transfer_syntax_uid,
  'pixelKey', i.pixel_key, 'bytes', i.bytes, 'studyInstanceUid', i.study_uid, 'seriesInstanceUid', i.series_uid) as instance`;
const studyFields = `jsonb_build_object(
  'modalities', (select jsonb_agg(distinct modality order by modality) from series where series.study_uid = t.study_uid),
  'series', (select count(*) from series where series.study_uid = t.study_uid),
  'instances', (select count(*) from instance where instance.study_uid = t.study_uid)) as study`;
const seriesFields = "jsonb_build_object('instances', (select count(*) from instance where instance.series_uid = s.series_uid)) as series";

/**
 * Studies, series or instances that match, each with an instance whose header says the rest.
 * @throws RangeError for an attribute that nothing is found by
 */
export async function searchObjects({ query }: Queries, search: ObjectSearch): Promise<readonly FoundObject[]> {
  const { from, order } = levels[search.level];
  const values: SqlValue[] = [];
  const conditions = search.matches.map((match) => conditionOf(match, values));
  const study = search.level === "study" ? studyFields : "null::jsonb as study";
  const series = search.level === "series" ? seriesFields : "null::jsonb as series";
  const limits = [search.limit, search.offset].map((value) => `$${values.push(value)}`);
  const rows = await query(
    `select ${instanceFields}, ${study}, ${series} from ${from} ${conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`}
    order by ${order} limit ${limits[0]} offset ${limits[1]}`,
    values,
  );
  return rows.map((row) => FoundRow.parse(row));
}

function conditionOf(match: SearchMatch, values: SqlValue[]): string {
  if (match.key === "ModalitiesInStudy")
    return `exists (select from series any_series where any_series.study_uid = t.study_uid and ${test("any_series.modality", match, values)})`;
  const column = columns[match.key];
  if (column === undefined) throw new RangeError(`nothing is found by ${match.key}`);
  // A name may be written in several alphabets, each in a group of its own (PS3.5 6.2.1.1): any may be meant.
  if (match.key === "PatientName")
    return `exists (select from unnest(array_append(string_to_array(${column}, '='), ${column})) written where ${test("written", match, values)})`;
  return test(column, match, values);
}

function test(column: string, match: SearchMatch, values: SqlValue[]): string {
  const given = (value: SqlValue): string => `$${values.push(value)}`;
  switch (match.kind) {
    case "one-of":
      return `${column} = any(${given(match.values)}::text[])`;
    case "text":
      return `${column} ${match.ignoreCase ? "ilike" : "like"} any(${given(match.patterns.map(likePattern))}::text[])`;
    case "number":
      return `${column} = ${given(match.value)}::bigint`;
    case "range": {
      const from = match.from === null ? "true" : `${column} >= ${given(match.from)}`;
      // What is given with fewer digits stands for all that begin so.
      const to = match.to === null ? "true" : `left(${column}, ${match.to.length}) <= ${given(match.to)}`;
      return `(${from} and ${to} and ${column} is not null)`;
    }
  }
}

/** `*` and `?` of DICOM as `%` and `_` of SQL; what these mean there is taken as itself. */
const likePattern = (pattern: string): string =>
  pattern
    .replaceAll(/[\\%_]/g, "\\$&")
    .replaceAll("*", "%")
    .replaceAll("?", "_");
