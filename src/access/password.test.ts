import { argon2Sync } from "node:crypto";
import { expect, test } from "vitest";
import { hashPassword, passwordFault, verifyPassword } from "./password.ts";

test("Node's Argon2id gives the tag of RFC 9106, section 5.3", () => {
  const tag = argon2Sync("argon2id", {
    message: Buffer.alloc(32, 1),
    nonce: Buffer.alloc(16, 2),
    secret: Buffer.alloc(8, 3),
    associatedData: Buffer.alloc(12, 4),
    memory: 32,
    passes: 3,
    parallelism: 4,
    tagLength: 32,
  });
  expect(tag.toString("hex")).toBe("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
});

test("a stored password says with what it was hashed (at least OWASP's 19 MiB, 2 passes) and has its own salt", async () => {
  const [one, other] = await Promise.all([hashPassword("correct horse battery"), hashPassword("correct horse battery")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(other);
});

test("only the password itself verifies, also in another Unicode form of it", async () => {
  const stored = await hashPassword("Bär und Föhre am See");
  expect(await verifyPassword("Bär und Föhre am See".normalize("NFD"), stored)).toBe(true);
  expect(await verifyPassword("Bar und Fohre am See", stored)).toBe(false);
  expect(await verifyPassword("", stored)).toBe(false);
});

test("a password hashed with the parameters of another day still verifies", async () => {
  const nonce = Buffer.from("somesalt");
  const tag = argon2Sync("argon2id", { message: "a password of old", nonce, memory: 256, passes: 1, parallelism: 2, tagLength: 16 });
  const stored = `$argon2id$v=19$m=256,t=1,p=2$${nonce.toString("base64").replace(/=/g, "")}$${tag.toString("base64").replace(/=/g, "")}`;
  expect(await verifyPassword("a password of old", stored)).toBe(true);
});

test("an account that does not exist is refused after about the same time as one that does", async () => {
  const timesMs: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  const accounts = { known: await hashPassword("correct horse battery"), unknown: null };
  await verifyPassword("x", null);
  for (let round = 0; round < 9; round++) {
    for (const which of ["known", "unknown"] as const) {
      const start = performance.now();
      expect(await verifyPassword("wrong horse battery", accounts[which])).toBe(false);
      timesMs[which].push(performance.now() - start);
    }
  }
  const median = (times: number[]): number => times.sort((a, b) => a - b)[4] ?? 0;
  const ratio = median(timesMs.unknown) / median(timesMs.known);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

test("what is stored and no PHC string is a mistake, not a refusal", async () => {
  await expect(verifyPassword("x", "plain text")).rejects.toThrow(RangeError);
});

test.each([
  ["elevenchars", "access.password-short"],
  ["🔑".repeat(11), "access.password-short"],
  ["x".repeat(257), "access.password-long"],
  ["aaaaaaaaaaaaaaaa", "access.password-guessed"],
  ["abcabcabcabcabc", "access.password-guessed"],
  ["123456789012", "access.password-guessed"],
  ["Password1234", "access.password-guessed"],
  ["overread2026", "access.password-guessed"],
  ["dr.lindgren12345", "access.password-guessed"],
])("“%s” is refused", (password, code) => {
  expect(passwordFault(password, "dr.lindgren")?.code).toBe(code);
});

test.each(["correct horse battery", "只有十二个字的口令也很好", "        a b c d e", "xkqvwzjyhrtm", "tr0ub4dor&3-old-oak"])(
  "“%s” is taken",
  (password) => {
    expect(passwordFault(password, "dr.lindgren")).toBeNull();
  },
);
