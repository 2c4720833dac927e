import type { Role } from "../access/role.ts";
import { newToken, tokenHash } from "../access/token.ts";
import type { Database, Queries } from "./database.ts";

/** A login unused for so long is over; at a reading station somebody else may sit there by then. */
const idleMs = 30 * 60_000;
/** A login is over after a long day, used or not. */
const longestMs = 12 * 3_600_000;
/** Who proved again who they are may sign for so long. */
const provenMs = 5 * 60_000;
/** How exactly one knows when a login was used last: no row is written at every request. */
const usedToMs = 60_000;

/** Who is signed in. */
export interface Login {
  readonly account: string;
  readonly role: Role;
  /** Whether the identity provider vouches for them, and no password does. */
  readonly byProvider: boolean;
}

/** Logins: what stands in the database does not let anybody in, as only the hash of the token does. */
export class Logins {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** Signs an account in; logins that are over go. @returns the token that proves it */
  async open(account: string): Promise<string> {
    const now = this.#now();
    const token = newToken();
    await this.#database.query("delete from login where expires_at <= $1 or used_at <= $2", [now, new Date(now.getTime() - idleMs)]);
    await this.#database.query("insert into login (token_hash, account, created_at, used_at, expires_at) values ($1, $2, $3, $3, $4)", [
      tokenHash(token),
      account,
      now,
      new Date(now.getTime() + longestMs),
    ]);
    return token;
  }

  /** Whose login a token is, with the role the account has now; null where it is over or never was. */
  async find(token: string): Promise<Login | null> {
    const now = this.#now();
    const [login] = await this.#database.query<Login & { usedAt: Date }>(
      `select account.name as account, account.role, login.used_at as "usedAt",
         exists (select from account_identity where account_identity.account = account.name) as "byProvider" from login join account on account.name = login.account
       where token_hash = $1 and expires_at > $2 and used_at > $3 and disabled_at is null`,
      [tokenHash(token), now, new Date(now.getTime() - idleMs)],
    );
    if (login === undefined) return null;
    if (now.getTime() - login.usedAt.getTime() > usedToMs)
      await this.#database.query("update login set used_at = $2 where token_hash = $1", [tokenHash(token), now]);
    return { account: login.account, role: login.role, byProvider: login.byProvider };
  }

  /**
   * Notes that whoever is signed in proved again who they are.
   * @param loginHash `tokenHash` of the login's token
   * @param account who they proved to be
   * @returns false when the login is over or another account's
   */
  async reauthenticated(loginHash: string, account: string): Promise<boolean> {
    const now = this.#now();
    const noted = await this.#database.query(
      "update login set reauthenticated_at = $3 where token_hash = $1 and account = $2 and expires_at > $3 and used_at > $4 returning account",
      [loginHash, account, now, new Date(now.getTime() - idleMs)],
    );
    return noted.length > 0;
  }

  /** Whether whoever is signed in proved within 5 min again who they are; that counts once. */
  async takeReauthentication(token: string): Promise<boolean> {
    const taken = await this.#database.query(
      "update login set reauthenticated_at = null where token_hash = $1 and reauthenticated_at > $2 returning account",
      [tokenHash(token), new Date(this.#now().getTime() - provenMs)],
    );
    return taken.length > 0;
  }

  async end(token: string): Promise<void> {
    await this.#database.query("delete from login where token_hash = $1", [tokenHash(token)]);
  }
}

/** Ends every login of an account, wherever it is signed in. */
export async function endLogins({ query }: Queries, account: string): Promise<void> {
  await query("delete from login where account = $1", [account]);
}
