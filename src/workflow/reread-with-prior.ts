export interface RereadPorts {
  /** Later studies of the same person that came in since then and were read with nothing to compare with. */
  readonly readWithoutPrior: (studyInstanceUid: string, since: Date) => Promise<readonly string[]>;
  readonly priorOf: (studyInstanceUid: string) => Promise<string | null>;
  readonly reopen: (studyInstanceUid: string) => Promise<unknown>;
}

/** Older readings are history: reports were written by them. */
const mostDays = 30;

/** A study that came in later than the one it is the prior of: that one is read again with it, where it was read with none and came in in the last 30 days. */
export async function rereadWithPrior(studyInstanceUid: string, now: Date, ports: RereadPorts): Promise<void> {
  for (const later of await ports.readWithoutPrior(studyInstanceUid, new Date(now.getTime() - mostDays * 86_400_000)))
    if ((await ports.priorOf(later)) === studyInstanceUid) await ports.reopen(later);
}
