import { expect, test } from "vitest";
import { csrfToken, newToken, sameToken, tokenHash } from "./token.ts";

test("a token has 256 bits and none comes twice", () => {
  const tokens = Array.from({ length: 1000 }, newToken);
  expect(new Set(tokens).size).toBe(1000);
  for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
});

test("what is stored of a token is its SHA-256 (FIPS 180-4, example “abc”)", () => {
  expect(tokenHash("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("the page's token belongs to one login and is neither its token nor what is stored of it", () => {
  const token = newToken();
  expect(csrfToken(token)).toBe(csrfToken(token));
  expect(csrfToken(token)).not.toBe(csrfToken(newToken()));
  expect(Buffer.from(csrfToken(token), "base64url").toString("hex")).not.toBe(tokenHash(token));
});

test("tokens are the same only when every letter is, whatever their lengths", () => {
  expect(sameToken("a", "a")).toBe(true);
  for (const other of ["", "b", "aa", "A"]) expect(sameToken("a", other)).toBe(false);
});
