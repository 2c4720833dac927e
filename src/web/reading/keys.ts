import type { RejectionReason } from "../../findings/verdict-record.ts";
import type { LeftTool } from "./planes.ts";
import type { WindowName } from "./window.ts";

/** What a reader asks for with one key. */
export type Command =
  | { readonly kind: "next" | "previous" | "accept" | "reject" | "undo" | "leave" | "cine" }
  | { readonly kind: "reason"; readonly reason: RejectionReason }
  | { readonly kind: "window"; readonly window: WindowName }
  | { readonly kind: "tool"; readonly tool: LeftTool }
  | { readonly kind: "scroll"; readonly slices: number };

/** Keys by their place on the keyboard (KeyboardEvent.code): an input method or another layout changes nothing. */
const keys: Readonly<Record<string, Command>> = {
  KeyJ: { kind: "next" },
  KeyK: { kind: "previous" },
  KeyA: { kind: "accept" },
  KeyR: { kind: "reject" },
  KeyU: { kind: "undo" },
  Escape: { kind: "leave" },
  Space: { kind: "cine" },
  ArrowUp: { kind: "scroll", slices: -1 },
  ArrowDown: { kind: "scroll", slices: 1 },
  PageUp: { kind: "scroll", slices: -10 },
  PageDown: { kind: "scroll", slices: 10 },
  Digit1: { kind: "window", window: "lung" },
  Digit2: { kind: "window", window: "mediastinum" },
  Digit3: { kind: "window", window: "bone" },
  Digit4: { kind: "window", window: "abdomen" },
  Digit5: { kind: "window", window: "wide" },
  KeyW: { kind: "tool", tool: "window" },
  KeyD: { kind: "tool", tool: "length" },
  KeyB: { kind: "tool", tool: "axes" },
  KeyO: { kind: "tool", tool: "region" },
};

/** After R: why. Escape takes the rejection back before it is said. */
export const reasonKeys: Readonly<Record<string, RejectionReason>> = {
  KeyV: "vessel",
  KeyS: "scar",
  KeyB: "bone",
  KeyL: "lymph-node",
  KeyA: "artefact",
  KeyK: "known-benign",
};

type Pressed = Pick<KeyboardEvent, "code" | "ctrlKey" | "metaKey" | "altKey"> & { readonly target: unknown };

/**
 * The command of a key press; null: none, and the press is left to the page.
 * @param asksReason a rejection waits for its reason
 */
export function commandOf({ code, ctrlKey, metaKey, altKey, target }: Pressed, asksReason: boolean): Command | null {
  if (ctrlKey || metaKey || altKey || isTextField(target)) return null;
  const reason = asksReason ? reasonKeys[code] : undefined;
  if (reason !== undefined) return { kind: "reason", reason };
  return keys[code] ?? null;
}

const isTextField = (target: unknown): boolean =>
  typeof HTMLElement !== "undefined" &&
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
