import { expect, test } from "vitest";
import { accountNameAfter } from "./account-name.ts";
import { AccountName } from "./role.ts";

test.each([
  [["Jane.Doe@Hospital.example"], "jane.doe@hospital.example"],
  [["Åsa Lindgrén", "7"], "asa-lindgren"],
  [["张伟", "00u1ABC"], "00u1abc"],
  [["_.-", "auth0|5f7c"], "auth0-5f7c"],
  [["jane\u0000'; drop table account; --"], "jane-drop-table-account"],
  [["张伟", "伟"], "user"],
  [["x".repeat(200)], "x".repeat(56)],
])("who is called %j elsewhere is %s here", (called, name) => {
  expect(accountNameAfter(called)).toBe(name);
  expect(AccountName.safeParse(name).success).toBe(true);
});
