import type { AuditEvent, AuditedAct } from "../audit/event.ts";

/** What the program did by itself, now, as an audit event. */
export const programEvent = (
  what: AuditedAct,
  { about = {}, because }: { readonly about?: AuditEvent["about"]; readonly because?: string } = {},
): AuditEvent => ({
  at: new Date().toISOString(),
  who: { kind: "program", name: "overread" },
  from: null,
  what,
  outcome: "done",
  about,
  ...(because !== undefined && { because }),
});
