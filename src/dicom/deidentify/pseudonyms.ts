import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const leastKeyBytes = 32;
const longestShiftDays = 3650;
const dayMs = 86_400_000;
/** Letters and digits that are not taken for one another (Crockford's base 32). */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** What a patient is known by: the ID; without one, each study is a patient of its own. */
export const patientKey = (id: string | null, studyInstanceUid: string, issuer = ""): string =>
  id === null || id === "" ? `study:${studyInstanceUid}` : `${issuer}:${id}`;

/**
 * What stands for patients, UIDs and dates in an export: always the same for the same one, so that examinations of one patient stay
 * together and in order; without the site's key nobody can tell or guess which it was (HMAC-SHA-256).
 */
export class Pseudonyms {
  readonly #key: Uint8Array;

  /** @throws RangeError when the key is shorter than 32 bytes */
  constructor(key: Uint8Array) {
    if (key.length < leastKeyBytes) throw new RangeError(`the site key needs ${leastKeyBytes} bytes`);
    this.#key = key;
  }

  patient(patient: string): string {
    return this.#letters("patient", patient);
  }

  /** Whoever reads studies. */
  reader(account: string): string {
    return this.#letters("reader", account);
  }

  /** A UID in the form that UUIDs have (PS3.5 B.2). */
  readonly uid = (uid: string): string => {
    let value = 0n;
    for (const byte of this.#digest("uid", uid).subarray(0, 16)) value = (value << 8n) | BigInt(byte);
    return `2.25.${value}`;
  };

  /**
   * A day of the patient moved back by 1 to 3650 days, the same number for all days of that patient.
   * @param date YYYYMMDD; null where it is none
   */
  date(patient: string, date: string): string | null {
    const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(date) ?? [];
    const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
    if (day === undefined || new Date(ms).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return null;
    const [a = 0, b = 0, c = 0, d = 0] = this.#digest("days", patient);
    const days = 1 + ((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % longestShiftDays);
    return new Date(ms - days * dayMs).toISOString().slice(0, 10).replaceAll("-", "");
  }

  /** 80 bits in 16 letters. */
  #letters(of: string, value: string): string {
    return [...this.#digest(of, value).subarray(0, 16)].map((byte) => letters.charAt(byte % 32)).join("");
  }

  #digest(of: string, value: string): Uint8Array {
    return hmac(sha256, this.#key, utf8ToBytes(`${of}:${value}`));
  }
}
