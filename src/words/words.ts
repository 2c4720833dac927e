import { reportMessages } from "./report.ts";
import { termMessages } from "./terms.ts";

/** Every sentence of the program by code: the topic tables joined. */
export const words = {
  ...reportMessages,
  ...termMessages,
} as const;

/** The topic tables one by one, so that a test can see that no code stands in two of them. */
export const topics = { report: reportMessages, terms: termMessages };

export type MessageCode = keyof typeof words;
