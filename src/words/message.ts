/** A sentence in both languages. `{name}` stands for a value of that name; numbers are formatted by say.ts, never in the sentence. */
export interface Message {
  readonly en: string;
  readonly zh: string;
}

/** Sentences by code. Each topic file exports one such table `as const satisfies Messages`; words.ts joins them. */
export type Messages = Readonly<Record<string, Message>>;
