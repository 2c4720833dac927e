import { z } from "zod";
import { ReceivedInstance } from "../findings/received-instance.ts";
import { VerdictGiven } from "../findings/verdict-record.ts";

/** Columns of a row as a zod object reads them. */
export const studyColumns = `study_uid as "studyInstanceUid", patient, study_date as "studyDate", study_time as "studyTime",
  accession_number as "accessionNumber", study_description as "studyDescription", state, because, revision, last_received_at as "lastReceivedAt",
  images_removed_at as "imagesRemovedAt",
  (select glance from result where result.study_uid = study.study_uid order by result.revision desc limit 1) as glance`;

const seriesFields = `'seriesInstanceUid', s.series_uid, 'modality', s.modality, 'seriesNumber', s.series_number,
  'seriesDescription', s.series_description, 'protocolName', s.protocol_name, 'bodyPartExamined', s.body_part_examined, 'manufacturer', s.manufacturer`;

export const SeriesRecord = ReceivedInstance.shape.series.extend({ instances: z.number().int() });
export type SeriesRecord = z.infer<typeof SeriesRecord>;

export const seriesOfStudy = `select jsonb_build_object(${seriesFields}, 'instances', (select count(*) from instance i where i.series_uid = s.series_uid)) as row
  from series s where s.study_uid = $1 order by s.series_number nulls last, s.series_uid`;

export const instanceRows = `select i.sop_instance_uid as "sopInstanceUid", i.sop_class_uid as "sopClassUid", i.transfer_syntax_uid as "transferSyntaxUid",
    i.instance_number as "instanceNumber", i.pixel_key as "pixelKey", i.bytes, i.sha256, i.received_at as "receivedAt", i.received_by as "receivedBy",
    jsonb_build_object(${seriesFields}) as series,
    jsonb_build_object('studyInstanceUid', t.study_uid, 'patient', t.patient, 'studyDate', t.study_date, 'studyTime', t.study_time,
      'accessionNumber', t.accession_number, 'studyDescription', t.study_description, 'institutionName', t.institution_name) as study
  from instance i join series s using (series_uid) join study t on t.study_uid = i.study_uid`;

export const priorOfStudy = `select earlier.study_uid as "studyInstanceUid" from study this join study earlier
    on earlier.patient->>'id' = this.patient->>'id' and earlier.study_date < this.study_date
  where this.study_uid = $1
    and earlier.fetched is distinct from 'in-part' and earlier.images_removed_at is null
    and coalesce(earlier.patient->>'name' = this.patient->>'name', true)
    and coalesce(earlier.patient->>'birthDate' = this.patient->>'birthDate', true)
    and exists (select from series a join series b using (modality)
      where a.study_uid = this.study_uid and b.study_uid = earlier.study_uid and modality not in ('SR', 'SEG', 'KO', 'PR', 'DOC', 'OT'))
  order by earlier.study_date desc, earlier.study_time desc nulls last, earlier.study_uid limit 1`;

export const VerdictRow = z.strictObject({ id: z.number().int(), account: z.string(), saidAt: z.date(), given: VerdictGiven });
export const verdictColumns = `id, account, said_at as "saidAt", body as given`;

/** What add_instance() takes. Headers may hold what no database takes: NUL, half characters, numbers past 32 bits. */
export function givenRow({ series, study, ...instance }: ReceivedInstance): string {
  return cleanJson({
    sop_instance_uid: instance.sopInstanceUid,
    sop_class_uid: instance.sopClassUid,
    transfer_syntax_uid: instance.transferSyntaxUid,
    instance_number: smallNumber(instance.instanceNumber),
    pixel_key: instance.pixelKey,
    bytes: instance.bytes,
    sha256: instance.sha256,
    received_at: instance.receivedAt,
    received_by: instance.receivedBy,
    study_uid: study.studyInstanceUid,
    patient: study.patient,
    study_date: study.studyDate,
    study_time: study.studyTime,
    accession_number: study.accessionNumber,
    study_description: study.studyDescription,
    institution_name: study.institutionName,
    series_uid: series.seriesInstanceUid,
    modality: series.modality,
    series_number: smallNumber(series.seriesNumber),
    series_description: series.seriesDescription,
    protocol_name: series.protocolName,
    body_part_examined: series.bodyPartExamined,
    manufacturer: series.manufacturer,
  });
}

/** JSON that a jsonb column takes. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? part.toWellFormed().replaceAll("\0", "") : part));
}

const smallNumber = (number: number | null): number | null => (number !== null && Math.abs(number) < 2 ** 31 ? number : null);
