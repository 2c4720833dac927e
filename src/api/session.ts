import { z } from "zod";
import { type Action, actions } from "../access/policy.ts";
import { AccountName, Role } from "../access/role.ts";

/** Who is signed in, and what they may do. */
export const Me = z.strictObject({
  account: AccountName,
  role: Role,
  may: z.array(z.enum(actions as [Action, ...Action[]])),
  reauthenticate: z
    .enum(["password", "oidc"])
    .describe("how to prove again who one is before signing: POST /api/reauthenticate, or the page /api/oidc/start?purpose=sign"),
  csrf: z.string().describe("goes into the header X-Overread-CSRF of every request that changes something"),
});
export type Me = z.infer<typeof Me>;
