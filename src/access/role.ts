import { z } from "zod";

/** What a person is here for. A researcher sees pseudonyms only; an administrator may do what everybody may. */
export const Role = z.enum(["reader", "technician", "researcher", "administrator"]);
export type Role = z.infer<typeof Role>;

/** How an account is called: never a sentence, so that the audit log can hold it. */
export const AccountName = z.string().regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/);
