/** Exit codes of the command line; programs rely on them. */
export const exitCode = { done: 0, failed: 1, usage: 2, nothingDone: 3, interrupted: 130 } as const;

export type StudyOutcome = "done" | "partial" | "declined" | "failed";

/** One study's outcome from those of its analyses: a failure shows, else the best that was reached. */
export function studyOutcome(analyses: readonly StudyOutcome[]): StudyOutcome {
  return (["failed", "done", "partial"] as const).find((outcome) => analyses.includes(outcome)) ?? "declined";
}

/** 1 when anything failed, 0 when at least one study was read (also in part), else 3. */
export function exitCodeOf(studies: readonly StudyOutcome[]): number {
  if (studies.includes("failed")) return exitCode.failed;
  return studies.some((outcome) => outcome === "done" || outcome === "partial") ? exitCode.done : exitCode.nothingDone;
}
