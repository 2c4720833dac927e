import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * A UID derived from what it names, so that reading the same thing twice gives the same UID.
 * The form is that of a UUID-derived UID, `2.25.<128-bit integer>` (DICOM PS3.5 B.2); the 128 bits are the head of a SHA-256.
 * @param parts what the UID stands for, in order; parts may hold any text, as each is length-prefixed before hashing
 * @throws RangeError when no part is given
 */
export function derivedUid(...parts: readonly string[]): string {
  if (parts.length === 0) throw new RangeError("derivedUid needs at least one part");
  const digest = sha256(utf8ToBytes(parts.map((part) => `${part.length}:${part}`).join("")));
  let value = 0n;
  for (const byte of digest.subarray(0, 16)) value = (value << 8n) | BigInt(byte);
  return `2.25.${value}`;
}

/** Form of a UID (DICOM PS3.5 9.1), which also has at most 64 characters. */
export const uidForm = /^\d+(\.\d+)*$/;

/** Whether a text is a UID. */
export const isUid = (text: string | null): text is string => text !== null && text.length <= 64 && uidForm.test(text);
