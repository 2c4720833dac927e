import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 random bits that nobody guesses, in letters that an address and a cookie take. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a token, so that who reads the database cannot use it: its SHA-256, hex. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * The token that a page proves itself with (OWASP synchroniser token): derived from the login's token, which a page of another origin
 * cannot read, and not to be turned back into it.
 */
export function csrfToken(loginToken: string): string {
  return createHash("sha256").update(`csrf:${loginToken}`).digest("base64url");
}

/** Whether two tokens are the same, in a time that says nothing of where they differ. */
export function sameToken(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(tokenHash(one)), Buffer.from(tokenHash(other)));
}
