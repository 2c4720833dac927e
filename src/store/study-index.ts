import { z } from "zod";
import type { Reason } from "../base/reason.ts";
import { type Glance, glanceOf } from "../findings/glance.ts";
import { ReadResult } from "../findings/read-result.ts";
import type { SaidReason } from "../findings/reason.ts";
import { type Indexed, ReceivedInstance } from "../findings/received-instance.ts";
import { StudyRecord, StudyState } from "../findings/study-record.ts";
import type { ReadingPlan } from "../findings/study-routing.ts";
import type { VerdictGiven, VerdictRecord } from "../findings/verdict-record.ts";
import type { Database } from "./database.ts";
import { SqlError } from "./sql-error.ts";
import { noteAnnounced } from "./study-arrivals.ts";
import {
  cleanJson,
  givenRow,
  instanceRows,
  priorOfStudy,
  SeriesRecord,
  seriesOfStudy,
  studyColumns,
  VerdictRow,
  verdictColumns,
} from "./study-rows.ts";

const IndexedWord = z.enum(["added", "duplicate", "other-bytes", "other-person"] satisfies readonly Indexed[]);
const serializationFailure = "40001";

/** A study as it stood at one revision: every image that comes in after it was read raises it. */
interface AtRevision {
  readonly studyInstanceUid: string;
  readonly revision: number;
}

const stateChanged = "overread_study_state";
const StudyChange = z.strictObject({ studyInstanceUid: z.string(), state: StudyState });
export type StudyChange = z.infer<typeof StudyChange>;

/** What came in, what was made of it, and what readers say of it. */
export class StudyIndex {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** Files an instance. A study that was not receiving any more is so again, at the next revision. */
  readonly add = async (instance: ReceivedInstance): Promise<Indexed> => {
    const given = givenRow(instance);
    for (;;) {
      try {
        const [row] = await this.#database.query<{ indexed: unknown }>("select add_instance($1) as indexed", [given]);
        const indexed = IndexedWord.parse(row?.indexed);
        if (indexed === "added") await noteAnnounced(this.#database, instance);
        return indexed;
      } catch (error) {
        // The same one came in at this moment: now it is there to be seen.
        if (!(error instanceof SqlError && error.code === serializationFailure)) throw error;
      }
    }
  };

  /** Notes a file that was set aside, under its key: once, however often it is said. */
  readonly quarantine = async (
    kept: Pick<ReceivedInstance, "pixelKey" | "bytes" | "sha256" | "receivedAt" | "receivedBy"> & {
      readonly sopInstanceUid: string | null;
      readonly studyInstanceUid: string | null;
      readonly because: Reason;
    },
  ): Promise<void> => {
    await this.#database.query(
      `insert into quarantine (sop_instance_uid, study_uid, pixel_key, bytes, sha256, because, received_at, received_by)
      values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (pixel_key) do nothing`,
      [
        kept.sopInstanceUid,
        kept.studyInstanceUid,
        kept.pixelKey,
        kept.bytes,
        kept.sha256,
        cleanJson(kept.because),
        kept.receivedAt,
        cleanJson(kept.receivedBy),
      ],
    );
  };

  /**
   * Does nothing when the study's revision has moved on; else every process that listens hears of it.
   * @param plan how it is to be read; without it, as was planned before
   */
  readonly setState = async (
    { studyInstanceUid, revision }: AtRevision,
    state: StudyState,
    because: readonly SaidReason[],
    plan: ReadingPlan | null = null,
  ): Promise<void> => {
    const said = JSON.stringify({ studyInstanceUid, state } satisfies StudyChange);
    await this.#database.query(
      `with changed as (update study set state = $3, because = $4, plan = coalesce($6, plan) where study_uid = $1 and revision = $2 returning study_uid)
      select pg_notify('${stateChanged}', $5) from changed`,
      [studyInstanceUid, revision, state, cleanJson(because), said, plan === null ? null : cleanJson(plan)],
    );
  };

  /** Hears of states that are set, in all processes. @returns what ends it */
  readonly onState = (heard: (change: StudyChange) => void): Promise<() => Promise<void>> =>
    this.#database.listen(stateChanged, (text) => heard(StudyChange.parse(JSON.parse(text))));

  /** Raises the revision of a study that is not receiving, and has it wait. Null when there is no such study, its images still come in, or are gone. */
  readonly reopen = async (studyInstanceUid: string): Promise<number | null> => {
    const [row] = await this.#database.query<{ revision: number }>(
      `update study set revision = revision + 1, state = 'waiting', because = '[]' where study_uid = $1 and state <> 'receiving' and images_removed_at is null
      returning revision`,
      [studyInstanceUid],
    );
    return row?.revision ?? null;
  };

  /** Somebody asks: the study is read by all analyses, whatever rules and earlier readings say; when all its images are there, if they still come in. */
  readonly askToRead = async (studyInstanceUid: string): Promise<void> => {
    await this.#database.query(
      `update study set revision = revision + (state <> 'receiving')::integer, asked_revision = revision + (state <> 'receiving')::integer,
        state = case state when 'receiving' then state else 'waiting' end, because = '[]', plan = null, fetched = null
      where study_uid = $1 and images_removed_at is null`,
      [studyInstanceUid],
    );
  };

  readonly study = async (studyInstanceUid: string): Promise<StudyRecord | null> => {
    const [row] = await this.#database.query(`select ${studyColumns} from study where study_uid = $1`, [studyInstanceUid]);
    return row === undefined ? null : StudyRecord.parse(row);
  };

  /**
   * A page of the worklist, the latest arrivals first. Studies that were fetched to be compared with are no work: they are found by searching only.
   * @param search part of a patient's name or ID or of an accession number, or a study UID
   * @param before `lastReceivedAt` of the last study of the page before
   */
  readonly studies = async ({
    state,
    search,
    limit,
    before,
  }: {
    readonly state?: StudyState | undefined;
    readonly search?: string | undefined;
    readonly limit: number;
    readonly before?: Date | undefined;
  }): Promise<readonly StudyRecord[]> => {
    const pattern = search === undefined ? null : `%${search.replaceAll(/[\\%_]/g, "\\$&")}%`;
    const rows = await this.#database.query(
      `select ${studyColumns} from study
      where ($1::text is null or state = $1) and (fetched is null or state <> 'unread' or $3::text is not null) and ($2::timestamptz is null or last_received_at < $2)
        and ($3::text is null or patient->>'name' ilike $3 or patient->>'id' ilike $3 or accession_number ilike $3 or study_uid = $4)
      order by last_received_at desc, study_uid limit $5`,
      [state ?? null, before ?? null, pattern, search ?? null, limit],
    );
    return rows.map((row) => StudyRecord.parse(row));
  };

  /**
   * The latest earlier study of the same person with images of a modality that this one has too. Null: none is here, or the person has no ID, without
   * which nobody is known to be the same.
   */
  readonly priorOf = async (studyInstanceUid: string): Promise<string | null> => {
    const [row] = await this.#database.query<{ studyInstanceUid: string }>(priorOfStudy, [studyInstanceUid]);
    return row?.studyInstanceUid ?? null;
  };

  /** Whether images of a study are here, and not only a part of it that was fetched. */
  readonly isHere = async (studyInstanceUid: string): Promise<boolean> =>
    (
      await this.#database.query(
        `select from study where study_uid = $1 and fetched is distinct from 'in-part'
          and exists (select from instance where instance.study_uid = study.study_uid)`,
        [studyInstanceUid],
      )
    ).length > 0;

  /** A study whose images are not kept any more is fetched again, to be compared with. */
  readonly fetchAgain = async (studyInstanceUid: string): Promise<void> => {
    await this.#database.query(
      `update study set fetched = 'in-part', images_removed_at = null
        where study_uid = $1 and not exists (select from instance where instance.study_uid = study.study_uid)`,
      [studyInstanceUid],
    );
  };

  /** A study that is fetched to be compared with has come to its end; why it is not read itself. */
  readonly fetchedWhole = async (studyInstanceUid: string, because: readonly SaidReason[]): Promise<void> => {
    await this.#database.query(
      "update study set fetched = 'whole', because = case state when 'unread' then $2 else because end where study_uid = $1 and fetched is not null",
      [studyInstanceUid, cleanJson(because)],
    );
  };

  /** Notes that earlier studies were looked for at other places, and why none could be fetched; null: one could, or there is none. */
  readonly setPriorsSought = async ({ studyInstanceUid, revision }: AtRevision, missing: Reason | null): Promise<void> => {
    await this.#database.query("update study set priors_sought = $2, prior_missing = $3 where study_uid = $1", [
      studyInstanceUid,
      revision,
      missing === null ? null : cleanJson(missing),
    ]);
  };

  /** Why none could be fetched for this revision; null: nothing is missing, or nobody looked. */
  readonly priorMissing = async (at: AtRevision): Promise<Reason | null> => (await this.priorsSought(at))?.missing ?? null;

  /** What `setPriorsSought` noted of this revision; null: nothing yet. */
  readonly priorsSought = async ({ studyInstanceUid, revision }: AtRevision): Promise<{ readonly missing: Reason | null } | null> => {
    const [row] = await this.#database.query<{ missing: Reason | null }>(
      "select prior_missing as missing from study where study_uid = $1 and priors_sought = $2",
      [studyInstanceUid, revision],
    );
    return row ?? null;
  };

  /** How many studies are in each state. */
  readonly counts = async (): Promise<readonly { readonly state: StudyState; readonly studies: number }[]> =>
    this.#database.query("select state, count(*) as studies from study group by state order by state");

  readonly series = async (studyInstanceUid: string): Promise<readonly SeriesRecord[]> => {
    const rows = await this.#database.query<{ row: unknown }>(seriesOfStudy, [studyInstanceUid]);
    return rows.map(({ row }) => SeriesRecord.parse(row));
  };

  /** In the order of their instance numbers. */
  readonly instances = async ({
    studyInstanceUid,
    seriesInstanceUid,
  }: {
    readonly studyInstanceUid: string;
    readonly seriesInstanceUid?: string | undefined;
  }): Promise<readonly ReceivedInstance[]> => {
    const rows = await this.#database.query(
      `${instanceRows} where i.study_uid = $1 and ($2::text is null or i.series_uid = $2)
      order by s.series_number nulls last, i.series_uid, i.instance_number nulls last, i.sop_instance_uid`,
      [studyInstanceUid, seriesInstanceUid ?? null],
    );
    return rows.map((row) => ReceivedInstance.parse(row));
  };

  /** Whether a file is an instance's. */
  readonly hasPixels = async (pixelKey: string): Promise<boolean> =>
    (await this.#database.query("select from instance where pixel_key = $1", [pixelKey])).length > 0;

  readonly instance = async (sopInstanceUid: string): Promise<ReceivedInstance | null> => {
    const [row] = await this.#database.query(`${instanceRows} where i.sop_instance_uid = $1`, [sopInstanceUid]);
    return row === undefined ? null : ReceivedInstance.parse(row);
  };

  /**
   * Keeps what a reading made, in place of what an earlier reading of the same revision made.
   * @param made.input names the images that were read
   */
  readonly saveResult = async (
    { studyInstanceUid, revision }: AtRevision,
    { input, folderKey, result }: { readonly input: string; readonly folderKey: string; readonly result: ReadResult },
  ): Promise<void> => {
    await this.#database.query(
      `insert into result (study_uid, revision, input_sha256, folder_key, findings, overread_version, made_at, glance) values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (study_uid, revision) do update set input_sha256 = excluded.input_sha256, folder_key = excluded.folder_key,
        findings = excluded.findings, overread_version = excluded.overread_version, made_at = excluded.made_at, glance = excluded.glance`,
      [studyInstanceUid, revision, input, folderKey, cleanJson(result), result.overread.version, this.#now(), cleanJson(glanceOf(result))],
    );
  };

  /** What the worklist shows of the latest result, after readers gave verdicts on it. */
  readonly setGlance = async (studyInstanceUid: string, glance: Glance): Promise<void> => {
    await this.#database.query(
      "update result set glance = $2 where study_uid = $1 and revision = (select max(revision) from result where study_uid = $1)",
      [studyInstanceUid, cleanJson(glance)],
    );
  };

  readonly latestResult = async (
    studyInstanceUid: string,
  ): Promise<{ readonly revision: number; readonly input: string; readonly folderKey: string; readonly result: ReadResult } | null> => {
    type Row = { revision: number; input: string; folderKey: string; findings: unknown };
    const [row] = await this.#database.query<Row>(
      `select revision, input_sha256 as input, folder_key as "folderKey", findings from result where study_uid = $1 order by revision desc limit 1`,
      [studyInstanceUid],
    );
    if (row === undefined) return null;
    const { findings, ...rest } = row;
    return { ...rest, result: ReadResult.parse(findings) };
  };

  /** Where the files of the latest result lie; null without one. */
  readonly folderOfLatestResult = async (studyInstanceUid: string): Promise<string | null> => {
    const [row] = await this.#database.query<{ folderKey: string }>(
      `select folder_key as "folderKey" from result where study_uid = $1 order by revision desc limit 1`,
      [studyInstanceUid],
    );
    return row?.folderKey ?? null;
  };

  /** What a reader says is appended; nothing that was said is changed. */
  readonly addVerdict = async (studyInstanceUid: string, account: string, given: VerdictGiven): Promise<VerdictRecord> => {
    const rows = await this.#database.query(
      `insert into verdict (study_uid, tracking_uid, account, said_at, body) values ($1, $2, $3, $4, $5) returning ${verdictColumns}`,
      [studyInstanceUid, given.trackingUid, account, this.#now(), cleanJson(given)],
    );
    return VerdictRow.parse(rows[0]);
  };

  /** All that was said, in order. */
  readonly verdicts = async (studyInstanceUid: string): Promise<readonly VerdictRecord[]> => {
    const rows = await this.#database.query(`select ${verdictColumns} from verdict where study_uid = $1 order by id`, [studyInstanceUid]);
    return rows.map((row) => VerdictRow.parse(row));
  };
}
