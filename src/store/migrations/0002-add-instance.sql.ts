/**
 * Files one instance (a JSON object of its row and of those of its series and study), and says what it found: a value of `Indexed`. A function, since its
 * statements are then planned once a session: 1 ms on PGlite, where the same as one statement takes 2.5. All that it does is done in one transaction.
 * Two that come at once for one study take turns at its row. Persons are compared by what both say: by ID, and where one has none, by name and birth date.
 */
export const addInstance = `
create function add_instance(row_given jsonb) returns text language plpgsql as $$
declare
  given record;
  sha256_there text;
begin
  select * into given from jsonb_to_record(row_given) as given (sop_instance_uid text, sop_class_uid text, transfer_syntax_uid text,
    instance_number integer, pixel_key text, bytes bigint, sha256 text, received_at timestamptz, received_by jsonb, study_uid text, patient jsonb,
    study_date text, study_time text, accession_number text, study_description text, institution_name text, series_uid text, modality text,
    series_number integer, series_description text, protocol_name text, body_part_examined text, manufacturer text);

  select sha256 into sha256_there from instance where sop_instance_uid = given.sop_instance_uid;
  if found then
    return case sha256_there when given.sha256 then 'duplicate' else 'other-bytes' end;
  end if;

  insert into study (study_uid, patient, study_date, study_time, accession_number, study_description, institution_name, state,
      first_received_at, last_received_at)
    values (given.study_uid, given.patient, given.study_date, given.study_time, given.accession_number, given.study_description,
      given.institution_name, 'receiving', given.received_at, given.received_at)
    on conflict (study_uid) do update set
      last_received_at = greatest(study.last_received_at, excluded.last_received_at),
      revision = study.revision + case study.state when 'receiving' then 0 else 1 end,
      state = 'receiving',
      because = '[]',
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
