import { StudyRecord, type StudyState } from "../findings/study-record.ts";
import type { Database } from "./database.ts";
import { studyColumns } from "./study-rows.ts";

const namedAtOnce = 1000;

/** The way back from a pseudonym to the study, kept beside it. In the order of the pseudonyms, so that the order of a list tells nothing of times. */
export class PseudonymousStudies {
  readonly #database: Database;
  readonly #pseudonymOf: (studyInstanceUid: string) => string;

  constructor(database: Database, pseudonymOf: (studyInstanceUid: string) => string) {
    this.#database = database;
    this.#pseudonymOf = pseudonymOf;
  }

  /** @param after pseudonym of the last study of the page before */
  readonly list = async ({
    state,
    limit,
    after,
  }: {
    readonly state?: StudyState | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  }): Promise<readonly StudyRecord[]> => {
    await this.#nameNewOnes();
    const rows = await this.#database.query(
      `select ${studyColumns} from study where ($1::text is null or state = $1) and ($2::text is null or pseudonymous_uid > $2)
      order by pseudonymous_uid limit $3`,
      [state ?? null, after ?? null, limit],
    );
    return rows.map((row) => StudyRecord.parse(row));
  };

  readonly study = async (pseudonymousUid: string): Promise<StudyRecord | null> => {
    await this.#nameNewOnes();
    const [row] = await this.#database.query(`select ${studyColumns} from study where pseudonymous_uid = $1`, [pseudonymousUid]);
    return row === undefined ? null : StudyRecord.parse(row);
  };

  async #nameNewOnes(): Promise<void> {
    const { query } = this.#database;
    for (;;) {
      const rows = await query<{ uid: string }>("select study_uid as uid from study where pseudonymous_uid is null limit $1", [
        namedAtOnce,
      ]);
      if (rows.length === 0) return;
      const uids = rows.map(({ uid }) => uid);
      await query(
        `update study set pseudonymous_uid = named.pseudonym from unnest($1::text[], $2::text[]) as named (uid, pseudonym)
        where study_uid = named.uid and pseudonymous_uid is null`,
        [uids, uids.map(this.#pseudonymOf)],
      );
    }
  }
}
