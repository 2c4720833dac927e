import { saying } from "../words/say.ts";
import { type ReadJob, runReadJob } from "../workflow/read-job.ts";
import { computeChild } from "./compute-child.ts";
import type { Config } from "./config.ts";
import { programEvent } from "./program-event.ts";
import type { Station } from "./station.ts";
import { version } from "./version.ts";

/**
 * Works at the reading jobs until it is stopped, with as many compute children at once as the settings say.
 * @param child what reads the files of a study, for tests of the jobs
 * @returns what stops it, once the jobs in hand are done
 */
export async function readStudies(
  station: Station,
  { childLimits, language, readers }: Config,
  child: typeof computeChild = computeChild,
): Promise<() => Promise<void>> {
  const { index, arrivals, pixels, queue, audit } = station;
  const say = saying(language);
  const { version: number, commit } = version();
  const program = `${number} ${commit}`;
  return queue.work("read", { concurrency: readers }, async ({ payload }, signal) => {
    const progress = (stage: string, fraction: number): void =>
      void queue.progress(payload.studyInstanceUid, fraction, stage).catch(() => undefined);
    const compute: Parameters<typeof runReadJob>[1]["compute"] = (folders, use, stop) =>
      child(folders, use, childLimits, language, progress, stop);
    await runReadJob(payload, { index: { ...index, standing: arrivals.standing }, pixels, compute, say, program }, signal);
    await audit.append(programEvent("read", { about: { studyInstanceUid: payload.studyInstanceUid } }));
  });
}

const mostShown = 500;

/** Studies whose reading was given up, in whatever process, are shown as failed with the reason. */
export async function showFailed({ index, queue }: Station, language: Config["language"]): Promise<void> {
  const reading = await index.studies({ state: "reading", limit: mostShown });
  if (reading.length === 0) return;
  const say = saying(language);
  const keyOf = ({ studyInstanceUid, revision }: ReadJob): string => `${studyInstanceUid}/${revision}`;
  const given = new Map((await queue.dead()).map(({ payload, because }) => [keyOf(payload as ReadJob), because]));
  for (const study of reading) {
    const because = given.get(keyOf(study));
    if (because !== undefined) await index.setState(study, "failed", [say(because)]);
  }
}
