/** A result in one line of the worklist, as its verdicts stand. Null: the result was made before there were such lines. */
export const glance = `
alter table result add column glance jsonb;
`;
