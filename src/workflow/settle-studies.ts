import type { Reason } from "../base/reason.ts";
import type { ReadingPlan } from "../findings/study-routing.ts";
import type { Arrival } from "./associations.ts";
import { isComplete, type QuietTimes } from "./is-complete.ts";
import type { ReadJob } from "./read-job.ts";
import type { Route } from "./route-study.ts";

/** A study that waits for more images or for being read. */
export interface StudyInArrival extends ReadJob {
  readonly state: "receiving" | "waiting";
  readonly lastReceivedAt: Date;
  /** What its sender announced, compared with what is here. */
  readonly announced: "all" | "more" | null;
  readonly studyDescription: string | null;
  readonly plan: ReadingPlan | null;
  /** Somebody asked to have it read: no rule is against that. */
  readonly asked: boolean;
}

export interface SettlePorts {
  /** Studies still receiving that got nothing since then, or all that was announced; and those that already wait. */
  readonly settled: (quietSince: Date) => Promise<readonly StudyInArrival[]>;
  readonly arrivalOf: (studyInstanceUid: string) => Arrival;
  readonly route: (study: StudyInArrival) => Promise<Route>;
  readonly setUnread: (job: ReadJob, because: readonly Reason[]) => Promise<void>;
  readonly setWaiting: (job: ReadJob, plan: ReadingPlan | null) => Promise<void>;
  /** Idempotent: while a job of this key waits or runs, another is not made. */
  readonly enqueue: (job: ReadJob, key: string, urgent: boolean) => Promise<void>;
  /** A study is complete: those that it is the prior of may be read with it now. */
  readonly completed: (studyInstanceUid: string) => Promise<void>;
}

/**
 * Studies that are complete go on to be read: the state first, then the job; those that the rules do not want read stay unread with the reason. Studies that
 * wait are asked for again at each call, so that a crash between the two, or a job lost with a database that was restored, leaves none behind.
 */
export async function settleStudies(now: Date, times: QuietTimes, ports: SettlePorts): Promise<void> {
  const quietMs = Math.min(times.quietMs, times.quietAfterAssociationMs);
  for (const study of await ports.settled(new Date(now.getTime() - quietMs))) {
    const { state, studyInstanceUid, revision, asked } = study;
    const job = { studyInstanceUid, revision };
    let { plan } = study;
    if (state === "receiving") {
      if (!isComplete(study, ports.arrivalOf(studyInstanceUid), now, times)) continue;
      await ports.completed(studyInstanceUid);
      if (!asked) {
        const route = await ports.route(study);
        if (route.kind === "unread") {
          await ports.setUnread(job, route.because);
          continue;
        }
        plan = route.plan;
      }
      await ports.setWaiting(job, plan);
    }
    await ports.enqueue(job, `${studyInstanceUid}/${revision}`, plan?.urgent ?? false);
  }
}
