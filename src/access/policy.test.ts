import { expect, test } from "vitest";
import { actions, may } from "./policy.ts";
import { Role } from "./role.ts";

const allowed = (role: Role): string[] => actions.filter((action) => may(role, action)).sort();

test("a researcher may do nothing that shows who a patient is, and changes nothing", () => {
  expect(allowed("researcher")).toEqual(["evaluation.view", "study.export-pseudonymised", "study.view-pseudonymised"]);
});

test("only an administrator manages accounts and peers and sees the audit log", () => {
  for (const action of ["account.manage", "peer.manage", "audit.view"] as const)
    expect(Role.options.filter((role) => may(role, action))).toEqual(["administrator"]);
});

test("a technician gives no verdict and signs nothing", () => {
  expect(allowed("technician")).toEqual([
    "job.manage",
    "study.read-again",
    "study.receive",
    "study.send",
    "study.view",
    "study.view-pseudonymised",
  ]);
});

test("an administrator may do everything", () => {
  expect(allowed("administrator")).toEqual([...actions].sort());
});
