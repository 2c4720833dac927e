// A database in which every table holds something, for tests that carry it elsewhere.
import { sampleEvents } from "../src/audit/sample-events.ts";
import { Accounts } from "../src/store/accounts.ts";
import { AuditLog } from "../src/store/audit-log.ts";
import type { Database } from "../src/store/database.ts";
import { Logins } from "../src/store/logins.ts";
import { migrate } from "../src/store/migrate.ts";

/** More rows than are moved at once. */
export const filledInstances = 250;

/** Study 1.1, in the middle of its reading, with images, a result, verdicts; accounts, a peer, what was set aside, and the audit log of it. */
export async function fill(database: Database): Promise<void> {
  await migrate(database);
  const now = (): Date => new Date("2026-01-02T03:04:05.678Z");
  const by = { who: { kind: "program", name: "test" }, from: null } as const;
  await database.query(`
    insert into study (study_uid, patient, study_description, state, first_received_at, last_received_at) values
      ('1.1', '{"id": "P1", "name": "王^小东\\u2028=O''Neil^\\"J\\"", "birthDate": null, "sex": "F", "ageYears": 61.50}', E'a\\tb\\\\', 'reading', '2026-01-01T00:00:00.123456Z', now());
    insert into series (series_uid, study_uid, modality) values ('1.1.1', '1.1', 'CT');
    insert into instance (sop_instance_uid, series_uid, study_uid, sop_class_uid, transfer_syntax_uid, instance_number, pixel_key, bytes, sha256,
      received_at, received_by)
      select '1.1.1.' || n, '1.1.1', '1.1', '1', '1', n, 'studies/1.1/' || n, 9007199254740991, 'ff', now(), '{"way": "folder", "from": null}'
      from generate_series(1, ${filledInstances}) n;
    insert into result values ('1.1', 1, 'input', 'results/1.1/1', '{"analyses": []}', '0.1.0', now());
    insert into verdict (study_uid, account, said_at, body) select '1.1', 'ann', now(), jsonb_build_object('n', n) from generate_series(1, 7) n;
    insert into quarantine (pixel_key, bytes, sha256, because, received_at, received_by) values ('quarantine/1', 3, 'aa', '{}', now(), '{}');
    insert into peer (ae_title, host, added_at) values ('CT1', '10.0.0.5', now());
    insert into site_key (key, made_at) values ('\\x00ff5c27', now())`);
  const accounts = new Accounts(database, now);
  await accounts.create("ann", "administrator", by);
  await accounts.changePassword("ann", "correct horse battery staple 9", by);
  await database.query("insert into account_identity values ('https://idp', '1', 'ann')");
  await accounts.firstPasswordLink("ann", by);
  await new Logins(database, now).open("ann");
  await new AuditLog(database).append(...sampleEvents);
}

/** All rows of the tables that are carried, as text; a reading that was going on counts as one that waits. */
export async function allRows(database: Database): Promise<Record<string, unknown>> {
  const tables = await database.query<{ name: string }>(`select relname::text as name from pg_class
    where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname not in ('schema_version', 'login', 'login_flow', 'first_password_link')`);
  const rows: Record<string, unknown> = {};
  for (const { name } of tables)
    rows[name] = await database.query(`select replace(to_jsonb(t)::text, '"reading"', '"waiting"') as row from "${name}" t order by row`);
  return rows;
}
