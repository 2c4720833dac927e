/** What came in, what was made of it, and who said what. */
export const intake = `
create table study (
  study_uid text primary key,
  patient jsonb not null,
  study_date text, study_time text, accession_number text, study_description text, institution_name text,
  state text not null check (state in ('receiving', 'waiting', 'reading', 'read', 'unread', 'failed')),
  revision integer not null default 1,
  because jsonb not null default '[]',
  first_received_at timestamptz not null,
  last_received_at timestamptz not null,
  expected_instances integer
);
create index study_by_arrival on study (last_received_at desc);
create index study_in_work on study (state, last_received_at) where state in ('receiving', 'waiting', 'reading');

create table series (
  series_uid text primary key,
  study_uid text not null references study,
  modality text not null,
  series_number integer, series_description text, protocol_name text, body_part_examined text,
  manufacturer text
);
create index series_of_study on series (study_uid);

create table instance (
  sop_instance_uid text primary key,
  series_uid text not null references series,
  study_uid text not null references study,
  sop_class_uid text not null,
  transfer_syntax_uid text not null,
  instance_number integer,
  pixel_key text not null,
  bytes bigint not null,
  sha256 text not null,
  received_at timestamptz not null,
  received_by jsonb not null
);
create index instance_of_series on instance (series_uid);
create index instance_of_study on instance (study_uid);
create index instance_of_pixels on instance (pixel_key);

create table quarantine (
  id bigint generated always as identity primary key,
  sop_instance_uid text,
  study_uid text,
  pixel_key text not null unique,
  bytes bigint not null,
  sha256 text not null,
  because jsonb not null,
  received_at timestamptz not null,
  received_by jsonb not null
);

create table result (
  study_uid text not null references study,
  revision integer not null,
  -- of the images that were read: sha256 over their data sets' sha256, sorted
  input_sha256 text not null,
  folder_key text not null,
  findings jsonb not null,
  overread_version text not null,
  made_at timestamptz not null,
  primary key (study_uid, revision)
);

create table verdict (
  id bigint generated always as identity primary key,
  study_uid text not null references study,
  tracking_uid text,
  account text not null,
  said_at timestamptz not null,
  body jsonb not null
);
create index verdict_of_study on verdict (study_uid, id);
create function append_only() returns trigger language plpgsql as $$ begin raise exception 'rows of % are never changed', tg_table_name; end $$;
create trigger verdict_append_only before update or delete on verdict for each row execute function append_only();

create table audit (
  sequence bigint primary key,
  event jsonb not null,
  previous_hash text not null,
  hash text not null
);
create trigger audit_append_only before update or delete on audit for each row execute function append_only();
create trigger audit_never_emptied before truncate on audit for each statement execute function append_only();
create index audit_of_study on audit ((event #>> '{about,studyInstanceUid}'), sequence);

create table account (
  name text primary key,
  password_hash text,
  role text not null,
  failures integer not null default 0, locked_until timestamptz,
  created_at timestamptz not null,
  disabled_at timestamptz
);
create table login (
  token_hash text primary key,
  account text not null references account,
  created_at timestamptz not null,
  used_at timestamptz not null,
  expires_at timestamptz not null
);
create index login_of_account on login (account);
create table first_password_link (
  token_hash text primary key,
  account text not null references account,
  expires_at timestamptz not null
);

create table peer (
  ae_title text primary key,
  host text not null,
  port integer,
  may_store boolean not null default true,
  tls boolean not null default false,
  added_at timestamptz not null
);
`;
