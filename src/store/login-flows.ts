import { tokenHash } from "../access/token.ts";
import type { Database } from "./database.ts";

/** Long enough to find a second factor. */
const flowMs = 10 * 60_000;

/** What a trip to the identity provider is for. */
export interface LoginFlow {
  /** Hash of the token of the login whose owner proves themselves again; null: somebody signs in. */
  readonly loginHash: string | null;
  /** Path of the page to come back to. */
  readonly back: string;
}

/** Trips to the identity provider that are under way: any process of the server may take the end of one, once. */
export class LoginFlows {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** Notes a trip under a token that only the browser keeps; trips that are over go. */
  async begin(token: string, { loginHash, back }: LoginFlow): Promise<void> {
    const now = this.#now();
    await this.#database.query("delete from login_flow where expires_at <= $1", [now]);
    await this.#database.query("insert into login_flow (token_hash, login_hash, back, expires_at) values ($1, $2, $3, $4)", [
      tokenHash(token),
      loginHash,
      back,
      new Date(now.getTime() + flowMs),
    ]);
  }

  /** @returns null when there is no such trip, or it ended already or took too long */
  async take(token: string): Promise<LoginFlow | null> {
    const [flow] = await this.#database.query<LoginFlow>(
      `delete from login_flow where token_hash = $1 and expires_at > $2 returning login_hash as "loginHash", back`,
      [tokenHash(token), this.#now()],
    );
    return flow ?? null;
  }
}
