/** How a study is to be read by rule, whether somebody asked for it, and how many images its sender announced. */
export const routing = `
-- {analyses, urgent}; null: by all analyses
alter table study add column plan jsonb;
-- The revision that somebody asked to have read, whatever was made of the images before; null: nobody did.
alter table study add column asked_revision integer;
alter table study add column expected_series integer;
create index study_of_patient on study ((patient->>'id'));
alter table series add column expected_instances integer;
`;
