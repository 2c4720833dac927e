/** The key that pseudonyms are made with: one row, never another; and under which pseudonym a study is asked for. */
export const siteKey = `
create table site_key (
  only_row boolean primary key default true check (only_row),
  key bytea not null,
  made_at timestamptz not null
);
create trigger site_key_never_changed before update or delete on site_key for each row execute function append_only();
alter table study add column pseudonymous_uid text unique;
create index study_without_pseudonym on study (study_uid) where pseudonymous_uid is null;
`;
