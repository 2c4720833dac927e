import type { SaidReason } from "../findings/reason.ts";
import { hasWords, type Language, placeholdersOf, say } from "../words/say.ts";
import { words } from "../words/words.ts";

/** A reason in the language of the report; its own text where the tables do not know the code or lack a value it needs. */
export function said(language: Language, { code, values, text }: SaidReason): string {
  if (!hasWords(code)) return text;
  return placeholdersOf(words[code][language]).every((name) => Object.hasOwn(values, name)) ? say(language, code, values) : text;
}

/** Sentences one behind the other; Chinese ones need no space between them, and what is empty is left out. */
export const joined = (sentences: readonly string[], language: Language): string =>
  sentences.filter((sentence) => sentence !== "").join(language === "zh" ? "" : " ");

/** A word by its key (`axial`), or the key itself where the tables do not know it. */
export function word(language: Language, key: string): string {
  return hasWords(`word.${key}`) ? say(language, `word.${key}`) : key;
}

/** A DICOM date (YYYYMMDD) or ISO date as YYYY-MM-DD; anything else as it stands. */
export function sayDate(date: string): string {
  const parts = /^(\d{4})[-.]?(\d{2})[-.]?(\d{2})$/.exec(date.trim());
  return parts === null ? date.trim() : `${parts[1]}-${parts[2]}-${parts[3]}`;
}

/** A DICOM time (HHMMSS.ffffff) as HH:MM; anything else as it stands. */
export function sayTime(time: string): string {
  const parts = /^(\d{2}):?(\d{2})/.exec(time.trim());
  return parts === null ? time.trim() : `${parts[1]}:${parts[2]}`;
}

/**
 * A DICOM person name for people: `Doe^John=李^明` becomes "Doe John · 李明" (PS3.5 6.2.1; components family, given, middle, prefix, suffix).
 * Ideographic groups are written without a space.
 */
export function sayPersonName(name: string): string {
  const groups = name.split("=").map((group) => {
    const components = group.split("^").map((component) => component.trim());
    const filled = components.filter((component) => component !== "");
    return /[\u3400-\u9fff\uac00-\ud7af]/.test(group) ? filled.join("") : filled.join(" ");
  });
  return [...new Set(groups.filter((group) => group !== ""))].join(" · ");
}
