import { accountNameAfter } from "../access/account-name.ts";
import type { Role } from "../access/role.ts";
import { type Reason, reason } from "../base/reason.ts";
import { appendAudit } from "./audit-log.ts";
import type { Database, Queries } from "./database.ts";
import { endLogins } from "./logins.ts";

/** Who an identity provider says somebody is. Issuer and subject together are one person for ever (OpenID Connect Core 1.0, 5.7); names are not. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** What the person is called there, by preference. */
  readonly called: readonly string[];
  /** What the provider's word makes of them here; null: nothing. */
  readonly role: Role | null;
}

/** "refused" says whose account it is where there is one. */
export type IdentityAccount =
  | { readonly kind: "known"; readonly account: string }
  | { readonly kind: "refused"; readonly account: string | null; readonly because: Reason };

/** Accounts of people whom an identity provider vouches for. Every change stands in the audit log, written in the same transaction. */
export class Identities {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * The account of a person: made when they come for the first time, under a name that no account has; with the role that the provider's
   * word gives now, be it the last administrator's, as the provider can give it back. Where the role changes, logins of the account end.
   * @param from network address
   * @returns refused: access.oidc-no-role, access.oidc-disabled
   */
  accountOf({ issuer, subject, called, role }: Identity, from: string | null): Promise<IdentityAccount> {
    return this.#database.transaction(async (queries) => {
      // One person who comes twice at once for the first time gets one account.
      await queries.query("lock table account_identity in exclusive mode");
      const [known] = await queries.query<{ name: string; role: Role; disabled: boolean }>(
        `select name, role, disabled_at is not null as disabled from account join account_identity on account = name
         where issuer = $1 and subject = $2 for update of account`,
        [issuer, subject],
      );
      const account = known?.name ?? null;
      if (known?.disabled === true) return { kind: "refused", account, because: reason("access.oidc-disabled") };
      if (known !== undefined && known.role !== role) await endLogins(queries, known.name);
      if (role === null) return { kind: "refused", account, because: reason("access.oidc-no-role") };
      if (known === undefined) {
        const made = await this.#create(queries, accountNameAfter([...called, subject]), role);
        await queries.query("insert into account_identity (issuer, subject, account) values ($1, $2, $3)", [issuer, subject, made]);
        await this.#write(queries, made, "created", from);
        return { kind: "known", account: made };
      }
      if (known.role !== role) {
        await queries.query("update account set role = $2 where name = $1", [known.name, role]);
        await this.#write(queries, known.name, `role.${role}`, from);
      }
      return { kind: "known", account: known.name };
    });
  }

  /** @returns the name it got: with a number behind where the wished one is taken */
  async #create({ query }: Queries, wished: string, role: Role): Promise<string> {
    for (let number = 1; ; number++) {
      const name = number === 1 ? wished : `${wished}-${number}`;
      const sql = "insert into account (name, role, created_at) values ($1, $2, $3) on conflict do nothing returning name";
      if ((await query(sql, [name, role, this.#now()])).length > 0) return name;
    }
  }

  #write(queries: Queries, account: string, because: string, from: string | null): Promise<void> {
    return appendAudit(queries, {
      at: this.#now().toISOString(),
      who: { kind: "program", name: "oidc" },
      from,
      what: "account-changed",
      outcome: "done",
      about: { account },
      because,
    });
  }
}
