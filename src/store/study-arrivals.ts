import { z } from "zod";
import { ReceivedBy, type ReceivedInstance } from "../findings/received-instance.ts";
import { ReadingPlan } from "../findings/study-routing.ts";
import type { Database } from "./database.ts";

/** Compared with the objects that are here: what the sender announced. Null: it announced nothing. */
const Announced = z.enum(["all", "more"]).nullable();

const ArrivingStudy = z.strictObject({
  studyInstanceUid: z.string(),
  revision: z.number().int(),
  state: z.enum(["receiving", "waiting"]),
  lastReceivedAt: z.date(),
  studyDescription: z.string().nullable(),
  plan: ReadingPlan.nullable(),
  asked: z.boolean(),
  announced: Announced,
});
type ArrivingStudy = z.infer<typeof ArrivingStudy>;

const Standing = z.strictObject({
  revision: z.number().int(),
  askedRevision: z.number().int().nullable(),
  analyses: z.array(z.string()).nullable(),
});

const arrivingStudies = `select study_uid as "studyInstanceUid", revision, state, last_received_at as "lastReceivedAt",
    study_description as "studyDescription", plan, asked_revision is not null as asked, announced
  from study left join lateral (
    select case when coalesce(study.expected_instances,
        (select sum(expected_instances) from series s where s.study_uid = study.study_uid
          having count(*) = count(expected_instances) and count(*) >= study.expected_series))
      <= (select count(*) from instance i where i.study_uid = study.study_uid) then 'all' else 'more' end as announced
  ) as sender on study.expected_instances is not null or study.expected_series is not null
  where state = 'waiting' or (state = 'receiving' and (last_received_at < $1 or announced = 'all'))
  order by last_received_at, study_uid`;

/** Studies between their first object and their reading. */
export class StudyArrivals {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Studies that got nothing since then, or all that was announced; and those that already wait to be read. Longest quiet first. */
  readonly quiet = async (before: Date): Promise<readonly ArrivingStudy[]> => {
    const rows = await this.#database.query(arrivingStudies, [before]);
    return rows.map((row) => ArrivingStudy.parse(row));
  };

  /** By whom the objects of a study came, each once. */
  readonly senders = async (studyInstanceUid: string): Promise<readonly ReceivedBy[]> => {
    const rows = await this.#database.query<{ by: unknown }>(
      "select distinct received_by as by from instance where study_uid = $1 order by received_by",
      [studyInstanceUid],
    );
    return rows.map(({ by }) => ReceivedBy.parse(by));
  };

  /** At which revision a study stands, which one somebody asked to have read, and by which analyses (null: all); null: there is no such study. */
  readonly standing = async (studyInstanceUid: string): Promise<z.infer<typeof Standing> | null> => {
    const [row] = await this.#database.query(
      `select revision, asked_revision as "askedRevision", plan->'analyses' as analyses from study where study_uid = $1`,
      [studyInstanceUid],
    );
    return row === undefined ? null : Standing.parse(row);
  };

  /** Later studies of the same patient ID that came in since then and were read with nothing to compare with; the latest twenty. */
  readonly readWithoutPrior = async (studyInstanceUid: string, since: Date): Promise<readonly string[]> => {
    const rows = await this.#database.query<{ studyInstanceUid: string }>(
      `select later.study_uid as "studyInstanceUid" from study this join study later
        on later.patient->>'id' = this.patient->>'id' and later.study_date > this.study_date
      where this.study_uid = $1 and later.state = 'read' and later.last_received_at > $2 and not exists (
        select from result where result.study_uid = later.study_uid and jsonb_path_exists(findings, '$.analyses[*].comparison'))
      order by later.last_received_at desc limit 20`,
      [studyInstanceUid, since],
    );
    return rows.map((row) => row.studyInstanceUid);
  };
}

/** Notes how many objects a study and a series have by the header of one of theirs; of several numbers the highest. */
export async function noteAnnounced({ query }: Pick<Database, "query">, { study, series, announced }: ReceivedInstance): Promise<void> {
  if (announced === undefined) return;
  const { studyInstances, studySeries, seriesInstances } = announced;
  await query(
    `update study set expected_instances = greatest(expected_instances, $2), expected_series = greatest(expected_series, $3)
    where study_uid = $1 and (expected_instances, expected_series) is distinct from (greatest(expected_instances, $2), greatest(expected_series, $3))`,
    [study.studyInstanceUid, studyInstances, studySeries],
  );
  await query(
    `update series set expected_instances = greatest(expected_instances, $2)
    where series_uid = $1 and expected_instances is distinct from greatest(expected_instances, $2)`,
    [series.seriesInstanceUid, seriesInstances],
  );
}
