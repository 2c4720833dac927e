import { lungWindow, mediastinalWindow, type Window } from "../../render/window.ts";

/** Grey-scale windows as departments set them. */
export const windows = {
  lung: lungWindow,
  mediastinum: mediastinalWindow,
  bone: { centerHu: 400, widthHu: 1800 },
  abdomen: { centerHu: 60, widthHu: 350 },
  wide: { centerHu: 0, widthHu: 2000 },
} as const satisfies Readonly<Record<string, Window>>;

export type WindowName = keyof typeof windows;

/** HU drawn black and white. */
export function rangeOf(name: WindowName): { lower: number; upper: number } {
  const { centerHu, widthHu } = windows[name];
  return { lower: centerHu - widthHu / 2, upper: centerHu + widthHu / 2 };
}
