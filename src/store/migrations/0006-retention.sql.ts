/**
 * Images that are not kept any more. Their rows go with them, so that what comes in again is as new; the study stays with its results, verdicts and audit.
 * A file is removed after its row, in a transaction that may be the last thing a process does: pixels_to_remove says what is left to do.
 */
export const retention = `
alter table study add column images_removed_at timestamptz;
create index study_by_age on study (last_received_at) where images_removed_at is null and state in ('read', 'unread', 'failed');

create table pixels_to_remove (pixel_key text primary key);

create function images_are_back() returns trigger language plpgsql as $$ begin new.images_removed_at = null; return new; end $$;
create trigger study_images_are_back before update on study for each row
  when (old.images_removed_at is not null and new.state = 'receiving') execute function images_are_back();
`;
