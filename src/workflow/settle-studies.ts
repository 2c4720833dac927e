import type { ReadJob } from "./read-job.ts";

/** A study that waits for more images or for being read. */
export interface StudyInArrival extends ReadJob {
  readonly state: "receiving" | "waiting";
}

export interface SettlePorts {
  /** Studies still receiving that got nothing since then, or all that was announced; and those that already wait. */
  readonly settled: (quietSince: Date) => Promise<readonly StudyInArrival[]>;
  /** Idempotent: while a job of this key waits or runs, another is not made. */
  readonly enqueue: (job: ReadJob, key: string) => Promise<void>;
  readonly setWaiting: (job: ReadJob) => Promise<void>;
}

/**
 * Studies that are complete go on to be read: the state first, then the job. Studies that wait are asked for again at each call, so that a crash between
 * the two, or a job lost with a database that was restored, leaves none behind.
 */
export async function settleStudies(quietSince: Date, ports: SettlePorts): Promise<number> {
  const studies = await ports.settled(quietSince);
  for (const { state, studyInstanceUid, revision } of studies) {
    const job = { studyInstanceUid, revision };
    if (state === "receiving") await ports.setWaiting(job);
    await ports.enqueue(job, `${studyInstanceUid}/${revision}`);
  }
  return studies.length;
}
