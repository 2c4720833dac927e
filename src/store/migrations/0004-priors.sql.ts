/**
 * Peers that are asked for earlier studies, and what came of it. A study that was fetched as a prior (`receivedBy.way`) is not work: it is unread from the
 * beginning, and becomes a study like others when somebody sends any of it. Fetched in part, it is compared with nothing.
 */
export const priors = `
alter table peer add column certificate_name text;
alter table peer add column priors text not null default 'none' check (priors in ('none', 'c-move', 'dicomweb'));
alter table peer add column dicom_web_url text;

alter table study add column fetched text check (fetched in ('in-part', 'whole'));
-- The revision that earlier studies were looked for at, and why none could be fetched.
alter table study add column priors_sought integer;
alter table study add column prior_missing jsonb;

create or replace function add_instance(row_given jsonb) returns text language plpgsql as $$
declare
  given record;
  is_prior boolean := row_given->'received_by'->>'way' = 'prior';
  sha256_there text;
begin
  select * into given from jsonb_to_record(row_given) as given (sop_instance_uid text, sop_class_uid text, transfer_syntax_uid text,
    instance_number integer, pixel_key text, bytes bigint, sha256 text, received_at timestamptz, received_by jsonb, study_uid text, patient jsonb,
    study_date text, study_time text, accession_number text, study_description text, institution_name text, series_uid text, modality text,
    series_number integer, series_description text, protocol_name text, body_part_examined text, manufacturer text);

  select sha256 into sha256_there from instance where sop_instance_uid = given.sop_instance_uid;
  if found then
    if sha256_there = given.sha256 and not is_prior then
      update study set fetched = null, state = 'receiving', revision = revision + 1, because = '[]', last_received_at = given.received_at
        where study_uid = given.study_uid and fetched is not null;
    end if;
    return case sha256_there when given.sha256 then 'duplicate' else 'other-bytes' end;
  end if;

  insert into study (study_uid, patient, study_date, study_time, accession_number, study_description, institution_name, state, fetched,
      first_received_at, last_received_at)
    values (given.study_uid, given.patient, given.study_date, given.study_time, given.accession_number, given.study_description,
      given.institution_name, case when is_prior then 'unread' else 'receiving' end, case when is_prior then 'in-part' end,
      given.received_at, given.received_at)
    on conflict (study_uid) do update set
      last_received_at = case when is_prior then study.last_received_at else greatest(study.last_received_at, excluded.last_received_at) end,
      revision = study.revision + case when is_prior or study.state = 'receiving' then 0 else 1 end,
      state = case when is_prior then study.state else 'receiving' end,
      because = case when is_prior then study.because else '[]' end,
      fetched = case when is_prior then study.fetched end,
      patient = excluded.patient || jsonb_strip_nulls(study.patient)
    where coalesce(study.patient->>'id' = excluded.patient->>'id',
      coalesce(study.patient->>'name' = excluded.patient->>'name', true)
      and coalesce(study.patient->>'birthDate' = excluded.patient->>'birthDate', true));
  if not found then
    return 'other-person';
  end if;

  insert into series (series_uid, study_uid, modality, series_number, series_description, protocol_name, body_part_examined, manufacturer)
    values (given.series_uid, given.study_uid, given.modality, given.series_number, given.series_description, given.protocol_name,
      given.body_part_examined, given.manufacturer)
    on conflict do nothing;

  insert into instance (sop_instance_uid, series_uid, study_uid, sop_class_uid, transfer_syntax_uid, instance_number, pixel_key, bytes, sha256,
      received_at, received_by)
    values (given.sop_instance_uid, given.series_uid, given.study_uid, given.sop_class_uid, given.transfer_syntax_uid, given.instance_number,
      given.pixel_key, given.bytes, given.sha256, given.received_at, given.received_by)
    on conflict do nothing;
  if not found then
    raise exception 'the same instance came in at this moment' using errcode = 'serialization_failure';
  end if;
  return 'added';
end $$;
`;
