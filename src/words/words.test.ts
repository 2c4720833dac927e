import { expect, test } from "vitest";
import type { Message } from "./message.ts";
import { placeholdersOf } from "./say.ts";
import { topics, words } from "./words.ts";

const entries: [string, Message][] = Object.entries(words);

test("every code has a sentence in both languages", () => {
  expect(entries.filter(([, message]) => message.en.trim() === "" || message.zh.trim() === "").map(([code]) => code)).toEqual([]);
});

test("both languages of a sentence ask for the same values", () => {
  const different = entries.filter(([, message]) => placeholdersOf(message.en).join() !== placeholdersOf(message.zh).join());
  expect(different.map(([code]) => code)).toEqual([]);
});

test("no brace stands in a sentence that is not part of a placeholder", () => {
  const left = entries.filter(([, message]) =>
    /[{}]/.test(`${message.en}${message.zh}`.replace(/\{[A-Za-z][A-Za-z0-9]*(:[0-9]|:word|\|[^|}]*\|[^|}]*)?\}/g, "")),
  );
  expect(left.map(([code]) => code)).toEqual([]);
});

test("no code stands in two topic tables", () => {
  const codes = Object.values(topics).flatMap((table) => Object.keys(table));
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  expect(codes.length).toBe(entries.length);
});

test("a Chinese sentence uses fullwidth commas, colons and stops between Chinese characters", () => {
  const halfwidth = entries.filter(([, message]) => /[\u4e00-\u9fff][,;:!?.](?![.a-z])/.test(message.zh));
  expect(halfwidth.map(([code]) => code)).toEqual([]);
});
