import { type AuditEvent, AuditedAct } from "./event.ts";

/** One event of each act, as the parts of the program write them. */
export const sampleEvents: readonly AuditEvent[] = AuditedAct.options.map((what, minute) => ({
  at: `2026-03-01T08:${String(minute).padStart(2, "0")}:00.000Z`,
  who: samplePerson(what),
  from: what === "started" || what === "stopped" || what === "read" ? null : minute % 2 === 0 ? "10.0.0.7" : "fe80::1",
  what,
  outcome: what === "login-failed" ? "failed" : what === "access-refused" ? "refused" : "done",
  about: sampleSubject(what),
  ...(what === "access-refused" && { because: "account.manage" }),
}));

function samplePerson(what: AuditedAct): AuditEvent["who"] {
  if (what === "started" || what === "stopped" || what === "read") return { kind: "program", name: "serve" };
  if (what === "received") return { kind: "peer", aeTitle: "CT 1" };
  return what === "login-failed" ? { kind: "nobody-known" } : { kind: "account", name: "dr.lindgren" };
}

function sampleSubject(what: AuditedAct): AuditEvent["about"] {
  if (what === "account-changed") return { account: "new.reader" };
  if (what === "peer-changed") return { peer: "PACS" };
  if (["started", "stopped", "login", "login-failed", "logout", "access-refused"].includes(what)) return {};
  const study = { studyInstanceUid: "1.2.840.99.1" };
  if (what === "sent") return { ...study, peer: "PACS" };
  return what === "verdict" ? { ...study, trackingUid: "2.25.77" } : study;
}
