import type { ReadJob } from "./read-job.ts";

/** A study that waits for more images or for being read. */
export interface StudyInArrival extends ReadJob {
  readonly state: "receiving" | "waiting";
  readonly urgent: boolean;
}

export interface SettlePorts {
  /** Studies still receiving that got nothing since then, or all that was announced; and those that already wait. */
  readonly settled: (quietSince: Date) => Promise<readonly StudyInArrival[]>;
  /** Idempotent: while a job of this key waits or runs, another is not made. */
  readonly enqueue: (job: ReadJob, key: string, urgent: boolean) => Promise<void>;
  readonly setWaiting: (job: ReadJob) => Promise<void>;
}

/**
 * Studies that are complete go on to be read: the job first, the state after it, so that a crash between the two leaves a job too many and never one too
 * few. Studies that wait are asked for again, as their job may have been lost with a database that was restored.
 */
export async function settleStudies(quietSince: Date, ports: SettlePorts): Promise<number> {
  const studies = await ports.settled(quietSince);
  for (const { state, urgent, studyInstanceUid, revision } of studies) {
    const job = { studyInstanceUid, revision };
    await ports.enqueue(job, `${studyInstanceUid}/${revision}`, urgent);
    if (state === "receiving") await ports.setWaiting(job);
  }
  return studies.length;
}
