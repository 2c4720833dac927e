import type { Arrival } from "./associations.ts";

export interface QuietTimes {
  readonly quietMs: number;
  /** Where all objects came over associations that have ended. */
  readonly quietAfterAssociationMs: number;
}

/** An association that stays open and brings nothing more of a study holds it no longer than so many quiet times. */
const mostQuietTimesWhileOpen = 10;

/** Whether a study that still receives has all its objects, as far as anybody can say: by its sender's numbers, the ends of associations, and quiet. */
export function isComplete(
  { lastReceivedAt, announced }: { readonly lastReceivedAt: Date; readonly announced: "all" | "more" | null },
  arrival: Arrival,
  now: Date,
  { quietMs, quietAfterAssociationMs }: QuietTimes,
): boolean {
  const sinceMs = (then: Date): number => now.getTime() - then.getTime();
  if (arrival.kind === "open") return sinceMs(lastReceivedAt) >= mostQuietTimesWhileOpen * quietMs;
  if (announced === "all" || sinceMs(lastReceivedAt) >= quietMs) return true;
  return arrival.kind === "ended" && announced === null && sinceMs(arrival.at) >= quietAfterAssociationMs;
}
