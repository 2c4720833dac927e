/** Grey-scale windows, HU: centre and width as departments set them. */
export const windows = {
  lung: { centerHu: -600, widthHu: 1500 },
  mediastinum: { centerHu: 40, widthHu: 400 },
  bone: { centerHu: 400, widthHu: 1800 },
  abdomen: { centerHu: 60, widthHu: 350 },
  wide: { centerHu: 0, widthHu: 2000 },
} as const;

export type WindowName = keyof typeof windows;

/** HU drawn black and white. */
export function rangeOf(name: WindowName): { lower: number; upper: number } {
  const { centerHu, widthHu } = windows[name];
  return { lower: centerHu - widthHu / 2, upper: centerHu + widthHu / 2 };
}
