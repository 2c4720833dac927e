import type { ReadResult, SaidQualityFigure, SeriesReading } from "../findings/read-result.ts";
import { type Language, sayTyped } from "../words/say.ts";

const smallestEverMm = 3;

/**
 * The solid nodule that a read of such slices would be expected to mark: the larger of 3 mm and twice the slice thickness, rounded up to
 * half a millimetre. A rule of thumb from sampling (an object fills at least one whole slice only from twice its thickness on, Nyquist),
 * not a measured sensitivity.
 * @param sliceThicknessMm more than 0
 * @returns mm
 * @throws RangeError when the thickness is not positive and finite
 */
export function smallestSolidNoduleMm(sliceThicknessMm: number): number {
  if (!(sliceThicknessMm > 0 && Number.isFinite(sliceThicknessMm)))
    throw new RangeError(`sliceThicknessMm must be positive, got ${sliceThicknessMm}`);
  return Math.max(smallestEverMm, Math.ceil(2 * sliceThicknessMm * 2) / 2);
}

/** The series that was read; of several the first. */
export function seriesRead({ series }: ReadResult): SeriesReading | undefined {
  return series.find(({ role }) => role !== null);
}

function figureValue(result: ReadResult, ...codes: readonly string[]): number | null {
  const quality: Readonly<Record<string, SaidQualityFigure>> = seriesRead(result)?.quality ?? {};
  for (const code of codes) {
    const value = quality[code]?.value;
    if (value !== undefined && value !== null && value > 0) return value;
  }
  return null;
}

/** A number that the reason for choosing the series holds; null when there is none. */
function chosenValue(result: ReadResult, name: string): number | null {
  const value = seriesRead(result)?.because.find(({ code }) => code === "lung-nodule.chosen")?.values[name];
  return typeof value === "number" && value > 0 ? value : null;
}

/** Thickness of the slices read: from the quality gate, else as the choice of the series gave it; null when neither says. */
export const sliceThicknessMm = (result: ReadResult): number | null =>
  figureValue(result, "slice-thickness", "slice-spacing") ?? chosenValue(result, "thicknessMm");

/** Length read: from the quality gate, else slices × spacing; null when one of them is not known. */
function coverageMmOf(result: ReadResult): number | null {
  const measured = figureValue(result, "coverage");
  const slices = chosenValue(result, "slices");
  const spacing = seriesRead(result)?.quality.gaps?.because.values.spacingMm;
  if (measured !== null || slices === null || typeof spacing !== "number") return measured;
  return slices * spacing;
}

/** How much was read and how thick the slices are; an empty text when neither is known. */
export function coverageSentence(result: ReadResult, language: Language): string {
  const coverageMm = coverageMmOf(result);
  const thicknessMm = sliceThicknessMm(result);
  if (coverageMm !== null && thicknessMm !== null) return sayTyped(language, "report.coverage", { coverageMm, thicknessMm });
  if (coverageMm !== null) return sayTyped(language, "report.coverage-only", { coverageMm });
  return thicknessMm === null ? "" : sayTyped(language, "report.thickness-only", { thicknessMm });
}

/** What size would have been seen, as a rule; or that it cannot be said. */
export function smallestSolidSentence(result: ReadResult, language: Language): string {
  const thicknessMm = sliceThicknessMm(result);
  if (thicknessMm === null) return sayTyped(language, "report.size-unknown");
  return sayTyped(language, "report.size-rule", { smallestMm: smallestSolidNoduleMm(thicknessMm) });
}
