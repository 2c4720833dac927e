import type { Reason } from "../base/reason.ts";
import type { Message } from "./message.ts";
import { type MessageCode, words } from "./words.ts";

export type Language = "en" | "zh";

/** What fills the placeholders of a sentence. */
export type SayValues = Readonly<Record<string, string | number>>;

/** `{name}`, `{name:1}` (decimals), `{name:word}` (value is itself a word), `{name|slice|slices}` (one or more). */
const placeholder = /\{([A-Za-z][A-Za-z0-9]*)(?::([0-9]|word)|\|([^|}]*)\|([^|}]*))?\}/g;

/** The names that a sentence needs values for, each once, sorted. */
export function placeholdersOf(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(placeholder)].map((match) => match[1] ?? ""))].sort();
}

/**
 * A number as a reader writes it: a fixed number of decimals, a true minus sign (U+2212), no grouping of thousands.
 * @param decimals without it a whole number keeps none and any other gets one (two below .1)
 */
export function sayNumber(value: number, decimals?: number): string {
  if (!Number.isFinite(value)) return "?";
  const places = decimals ?? (Number.isInteger(value) ? 0 : Math.abs(value) < 0.1 ? 2 : 1);
  const fixed = value.toFixed(places);
  if (Number(fixed) === 0) return fixed.replace("-", "");
  return fixed.replace("-", "−");
}

/** Whether the tables hold a sentence for this code. */
export function hasWords(code: string): code is MessageCode {
  return Object.hasOwn(words, code);
}

/**
 * The sentence of a code in a language, its placeholders filled. A word inside a sentence (`{plane:word}`) is looked up as `word.<value>`.
 * @throws RangeError when the code is unknown or a placeholder has no value
 */
export function say(language: Language, code: string, values: SayValues = {}): string {
  if (!hasWords(code)) throw new RangeError(`no words for code "${code}"`);
  const message: Message = words[code];
  return message[language].replace(placeholder, (_whole, name: string, format?: string, one?: string, many?: string) => {
    if (!Object.hasOwn(values, name)) throw new RangeError(`"${code}" needs a value for {${name}}`);
    const value = values[name] ?? "";
    if (one !== undefined && many !== undefined) return Number(value) === 1 ? one : many;
    if (format === "word") return hasWords(`word.${value}`) ? say(language, `word.${value}`) : String(value);
    if (typeof value === "string") return value;
    return sayNumber(value, format === undefined ? undefined : Number(format));
  });
}

/** Puts reasons into a language. */
export const saying =
  (language: Language) =>
  ({ code, values }: Reason): { code: string; values: Record<string, string | number>; text: string } => ({
    code,
    values: { ...values },
    text: say(language, code, values),
  });

type NameOf<Inner extends string> = Inner extends `${infer Name}:${string}` ? Name : Inner extends `${infer Name}|${string}` ? Name : Inner;
type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Inner}}${infer Rest}` ? NameOf<Inner> | NamesIn<Rest> : never;
/** The values that a sentence known at compile time needs. */
export type ValuesOf<Code extends MessageCode> = Readonly<Record<NamesIn<(typeof words)[Code]["en"]>, string | number>>;

/** `say` for a code known at compile time: a missing or misspelt value does not compile. */
export function sayTyped<Code extends MessageCode>(
  language: Language,
  code: Code,
  ...values: NamesIn<(typeof words)[Code]["en"]> extends never ? [] : [ValuesOf<Code>]
): string {
  return say(language, code, values[0] ?? {});
}
