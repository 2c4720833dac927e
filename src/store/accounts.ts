import { hashPassword, passwordFault, verifyPassword } from "../access/password.ts";
import { AccountName, type Role } from "../access/role.ts";
import { newToken, tokenHash } from "../access/token.ts";
import type { AuditEvent } from "../audit/event.ts";
import { Fault } from "../base/fault.ts";
import { type Reason, reason } from "../base/reason.ts";
import { appendAudit } from "./audit-log.ts";
import type { Database, Queries } from "./database.ts";
import { endLogins } from "./logins.ts";

/** After so many failures in a row an account takes no password for a while (NIST SP 800-63B 5.2.2 allows 100). */
const mostFailures = 10;
const lockMs = 15 * 60_000;
const linkMs = 24 * 3_600_000;

export interface Account {
  readonly name: string;
  readonly role: Role;
  readonly hasPassword: boolean;
  readonly lockedUntil: Date | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

/** What became of a name and a password. "refused" says to nobody but the audit log which account it was, and whether it is locked. */
export type Authentication =
  | { readonly kind: "known"; readonly account: string }
  | { readonly kind: "refused"; readonly account: string | null; readonly locked: boolean };

/** Who changes an account, and from where. */
export type ChangedBy = Pick<AuditEvent, "who" | "from">;

/** People who may sign in. Every change stands in the audit log, written in the same transaction. */
export class Accounts {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  list(): Promise<Account[]> {
    return this.#database.query(
      `select name, role, password_hash is not null as "hasPassword", locked_until as "lockedUntil", created_at as "createdAt",
         disabled_at as "disabledAt" from account order by name`,
    );
  }

  /** Whether somebody can administer; until then the server listens on loopback only. */
  async hasAdministrator(): Promise<boolean> {
    return (await this.list()).some(({ role, hasPassword, disabledAt }) => role === "administrator" && hasPassword && disabledAt === null);
  }

  /**
   * A new account, without a password: `firstPasswordLink` lets its owner choose one.
   * @throws Fault access.bad-account-name, access.account-exists
   */
  async create(name: string, role: Role, by: ChangedBy): Promise<void> {
    if (!AccountName.safeParse(name).success) throw new Fault("access.bad-account-name");
    await this.#change(name, "created", by, async ({ query }) => {
      const made = await query("insert into account (name, role, created_at) values ($1, $2, $3) on conflict do nothing returning name", [
        name,
        role,
        this.#now(),
      ]);
      if (made.length === 0) throw new Fault("access.account-exists", { account: name });
    });
  }

  /**
   * Ends the account's logins too.
   * @throws Fault access.no-such-account, access.last-administrator
   */
  async changeRole(name: string, role: Role, by: ChangedBy): Promise<void> {
    await this.#change(name, `role.${role}`, by, async (queries) => {
      await updated(queries, name, "update account set role = $2 where name = $1 returning name", role);
      await endLogins(queries, name);
    });
  }

  /**
   * Nobody signs in with it any more, and whoever is signed in no longer is. The account stays, as the audit log names it.
   * @throws Fault access.no-such-account, access.last-administrator
   */
  async disable(name: string, by: ChangedBy): Promise<void> {
    await this.#change(name, "disabled", by, async (queries) => {
      await updated(
        queries,
        name,
        "update account set disabled_at = coalesce(disabled_at, $2) where name = $1 returning name",
        this.#now(),
      );
      await endAccess(queries, name);
    });
  }

  /** @throws Fault access.no-such-account */
  async enable(name: string, by: ChangedBy): Promise<void> {
    await this.#change(name, "enabled", by, (queries) =>
      updated(queries, name, "update account set disabled_at = null, failures = 0, locked_until = null where name = $1 returning name"),
    );
  }

  /**
   * Ends the account's logins too, unless the password is not taken.
   * @returns why the password is not taken; null where it is
   * @throws Fault access.no-such-account
   */
  async changePassword(name: string, password: string, by: ChangedBy): Promise<Reason | null> {
    const fault = passwordFault(password, name);
    if (fault !== null) return fault;
    const hash = await hashPassword(password);
    await this.#change(name, "password", by, (queries) => setPassword(queries, name, hash));
    return null;
  }

  /**
   * Whether the password is the account's. An attempt counts as failed before the password is looked at, so that attempts at the same
   * time are counted too; the answer takes the same time whether or not there is such an account.
   */
  async authenticate(name: string, password: string): Promise<Authentication> {
    const now = this.#now();
    const [open] = await this.#database.query<{ password_hash: string | null }>(
      `update account set
         failures = case when locked_until is null then failures + 1 else 1 end,
         locked_until = case when locked_until is null and failures + 1 >= ${mostFailures} then $3::timestamptz end
       where name = $1 and disabled_at is null and (locked_until is null or locked_until <= $2) returning password_hash`,
      [name, now, new Date(now.getTime() + lockMs)],
    );
    if (await verifyPassword(password, open?.password_hash ?? null)) {
      await this.#database.query("update account set failures = 0, locked_until = null where name = $1", [name]);
      return { kind: "known", account: name };
    }
    const [account] = await this.#database.query<{ locked: boolean }>(
      "select coalesce(locked_until > $2, false) as locked from account where name = $1",
      [name, now],
    );
    return { kind: "refused", account: account === undefined ? null : name, locked: account?.locked ?? false };
  }

  /**
   * What goes into an address with which the account's owner sets a password: once, within 24 h. A later link makes it void.
   * @throws Fault access.no-such-account
   */
  async firstPasswordLink(name: string, by: ChangedBy): Promise<string> {
    const token = newToken();
    await this.#change(name, "link", by, async (queries) => {
      const expiresAt = new Date(this.#now().getTime() + linkMs);
      await updated(queries, name, "select name from account where name = $1 and disabled_at is null for update");
      await queries.query("delete from first_password_link where account = $1", [name]);
      await queries.query("insert into first_password_link (token_hash, account, expires_at) values ($1, $2, $3)", [
        tokenHash(token),
        name,
        expiresAt,
      ]);
    });
    return token;
  }

  /**
   * Sets the password that the owner of a link chose; what locked the account before no longer does.
   * @returns the account's name, or why not: access.link-void, access.password-…
   */
  async useLink(token: string, password: string, from: string | null): Promise<string | Reason> {
    const valid = "from first_password_link where token_hash = $1 and expires_at > $2";
    const values = [tokenHash(token), this.#now()];
    const [link] = await this.#database.query<{ account: string }>(`select account ${valid}`, values);
    if (link === undefined) return reason("access.link-void");
    const { account } = link;
    const fault = passwordFault(password, account);
    if (fault !== null) return fault;
    const hash = await hashPassword(password);
    return this.#database.transaction(async (queries) => {
      const used = await queries.query(`delete ${valid} returning account`, values);
      if (used.length === 0) return reason("access.link-void");
      await setPassword(queries, account, hash);
      await this.#write(queries, account, "password", { who: { kind: "account", name: account }, from });
      return account;
    });
  }

  async #change(name: string, because: string, by: ChangedBy, work: (queries: Queries) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (queries) => {
      // Whoever changes accounts at the same time waits here, so that two administrators cannot lock each other out.
      const before = await administrators(queries);
      await work(queries);
      if (before.length > 0 && (await administrators(queries)).length === 0) throw new Fault("access.last-administrator");
      await this.#write(queries, name, because, by);
    });
  }

  #write(queries: Queries, account: string, because: string, by: ChangedBy): Promise<void> {
    return appendAudit(queries, {
      at: this.#now().toISOString(),
      ...by,
      what: "account-changed",
      outcome: "done",
      about: { account },
      because,
    });
  }
}

const administrators = ({ query }: Queries): Promise<unknown[]> =>
  query("select name from account where role = 'administrator' and disabled_at is null order by name for update");

async function updated({ query }: Queries, name: string, sql: string, ...values: (string | Date)[]): Promise<void> {
  if ((await query(sql, [name, ...values])).length === 0) throw new Fault("access.no-such-account", { account: name });
}

async function setPassword(queries: Queries, name: string, hash: string): Promise<void> {
  await updated(
    queries,
    name,
    "update account set password_hash = $2, failures = 0, locked_until = null where name = $1 returning name",
    hash,
  );
  await endAccess(queries, name);
}

/** Whoever is signed in no longer is, and a link that is under way is void. */
async function endAccess(queries: Queries, name: string): Promise<void> {
  await endLogins(queries, name);
  await queries.query("delete from first_password_link where account = $1", [name]);
}
