/** Why something was chosen, declined, flagged or not measured: a code and its values. `words/` says it in a language. */
export interface Reason {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** A reason with its values; without any, an empty record. */
export function reason(code: string, values: Reason["values"] = {}): Reason {
  return { code, values };
}
