/** What a reader asks of the worklist with one key. */
export type WorklistCommand = { readonly kind: "move"; readonly by: number } | { readonly kind: "open" | "search" };

/** Keys by their place on the keyboard (KeyboardEvent.code). */
export const worklistKeys: Readonly<Record<string, WorklistCommand>> = {
  KeyJ: { kind: "move", by: 1 },
  ArrowDown: { kind: "move", by: 1 },
  KeyK: { kind: "move", by: -1 },
  ArrowUp: { kind: "move", by: -1 },
  PageDown: { kind: "move", by: 15 },
  PageUp: { kind: "move", by: -15 },
  Home: { kind: "move", by: Number.NEGATIVE_INFINITY },
  End: { kind: "move", by: Number.POSITIVE_INFINITY },
  Enter: { kind: "open" },
  Slash: { kind: "search" },
};
