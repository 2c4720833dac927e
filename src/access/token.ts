import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 random bits that nobody guesses, in letters that an address and a cookie take. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a token, so that who reads the database cannot use it: its SHA-256, hex. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** What a secret token is for another use: from one nobody gets to the token itself, or to what it is for a third. */
export function tokenFor(use: string, token: string): string {
  return createHash("sha256").update(`${use}:${token}`).digest("base64url");
}

/**
 * The token that a page proves itself with (OWASP synchroniser token): derived from the login's token, which a page of another origin
 * cannot read, and not to be turned back into it.
 */
export function csrfToken(loginToken: string): string {
  return tokenFor("csrf", loginToken);
}

/** Whether two tokens are the same, in a time that says nothing of where they differ. */
export function sameToken(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(tokenHash(one)), Buffer.from(tokenHash(other)));
}
