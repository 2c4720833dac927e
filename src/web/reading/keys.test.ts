import { expect, test } from "vitest";
import { commandOf, reasonKeys } from "./keys.ts";

const press = (code: string, more: object = {}) => ({ code, ctrlKey: false, metaKey: false, altKey: false, target: null, ...more });

test("the same key means a reason while a rejection waits for one, and its own command else", () => {
  expect(commandOf(press("KeyA"), false)).toEqual({ kind: "accept" });
  expect(commandOf(press("KeyA"), true)).toEqual({ kind: "reason", reason: "artefact" });
  expect(commandOf(press("KeyJ"), true)).toEqual({ kind: "next" });
  expect(new Set(Object.values(reasonKeys)).size).toBe(6);
});

test("keys with Ctrl, Alt or Cmd are left to the browser", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey"]) expect(commandOf(press("KeyR", { [held]: true }), false)).toBeNull();
});

test("a key counts by its place, so an input method that sends another character changes nothing", () => {
  expect(commandOf(press("KeyJ", { key: "Process" }), false)).toEqual({ kind: "next" });
});
