import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { type Reason, reason } from "../base/reason.ts";

const derive = promisify(argon2);

/** The least that the OWASP Password Storage Cheat Sheet asks of Argon2id (RFC 9106): 19 MiB, 2 passes, 1 lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const hashBytes = 32;
const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const minimumLength = 12;
/** Long enough for any sentence; an end, because hashing megabytes costs time. */
const maximumLength = 256;
/** Fewer different characters than this is one word over and over, or one key held down. */
const minimumDifferent = 5;

/** NIST SP 800-63B 5.1.1.2: the same password typed on another keyboard is the same password. */
const normal = (password: string): string => password.normalize("NFKC");
const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

/**
 * Why a password is not taken; null where it is. After NIST SP 800-63B 5.1.1.2: length counts (in code points), every character is
 * allowed and none is asked for; what stands first on a guesser's list is refused: the account's or the program's name, runs such as
 * 123456789012, and few characters repeated.
 */
export function passwordFault(password: string, accountName: string): Reason | null {
  const characters = [...normal(password)];
  if (characters.length < minimumLength) return reason("access.password-short", { minimum: minimumLength });
  if (characters.length > maximumLength) return reason("access.password-long", { maximum: maximumLength });
  const lower = characters.join("").toLowerCase();
  const rest = [accountName, "overread", "password"].reduce((left, name) => left.replaceAll(name, ""), lower);
  const codes = [...lower].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) <= 1).length;
  const guessed = new Set(lower).size < minimumDifferent || steps >= 0.75 * (codes.length - 1) || [...rest].length < minimumLength / 2;
  return guessed ? reason("access.password-guessed") : null;
}

/** What is stored of a password: Argon2id with its parameters and a salt of its own, as a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive("argon2id", { ...cost, message: normal(password), nonce: salt, tagLength: hashBytes });
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Whether a password is the stored one. Without a stored one (no such account, none set yet) it is not, after the same work, so that
 * the time of the answer does not tell which accounts exist.
 * @throws RangeError when what is stored is no PHC string of Argon2id
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt, hash] = phc.exec(stored ?? (await nobodys)) ?? [];
  if (salt === undefined || hash === undefined) throw new RangeError("a stored password must be a PHC string of Argon2id");
  const expected = Buffer.from(hash, "base64");
  const given = await derive("argon2id", {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    message: normal(password),
    nonce: Buffer.from(salt, "base64"),
    tagLength: expected.length,
  });
  return timingSafeEqual(given, expected) && stored !== null;
}

/** Of a password that nobody knows. */
const nobodys = hashPassword(randomBytes(32).toString("hex"));
