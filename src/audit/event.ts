import { z } from "zod";
import { AeTitle } from "../findings/ae-title.ts";

/** What is written down. */
export const AuditedAct = z.enum([
  "started",
  "stopped",
  "login",
  "login-failed",
  "logout",
  "access-refused",
  "received",
  "read",
  "viewed",
  "verdict",
  "report-signed",
  "exported",
  "sent",
  "removed",
  "account-changed",
  "peer-changed",
]);
export type AuditedAct = z.infer<typeof AuditedAct>;

const Uid = z.string().regex(/^[0-9.]{1,64}$/);
const Account = z.string().regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/);
const Code = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,79}$/);

/** Who did it. "nobody-known": nobody who is known here; what was typed as a name is not kept, for it may be a password. */
const Who = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("account"), name: Account }),
  z.strictObject({ kind: z.literal("peer"), aeTitle: AeTitle }),
  z.strictObject({ kind: z.literal("program"), name: Code }),
  z.strictObject({ kind: z.literal("nobody-known") }),
]);

/**
 * Who did what to what, when, and whether it went well. Only UIDs, names of accounts and peers, and codes fit: no patient's name or id,
 * and no sentence.
 */
export const AuditEvent = z.strictObject({
  at: z.iso.datetime({ precision: 3 }).describe("UTC"),
  who: Who,
  from: z
    .string()
    .regex(/^[0-9A-Fa-f:.]{2,45}(%[\w.-]{1,16})?$/)
    .nullable()
    .describe("network address the act came from; null within the program"),
  what: AuditedAct,
  outcome: z.enum(["done", "refused", "failed"]),
  about: z.strictObject({
    studyInstanceUid: Uid.optional(),
    trackingUid: Uid.optional(),
    account: Account.optional(),
    peer: AeTitle.optional().describe("AE title"),
  }),
  because: Code.optional().describe("the code of a reason, or which change or action it was"),
});
export type AuditEvent = z.infer<typeof AuditEvent>;
