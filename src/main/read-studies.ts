import type { Reason } from "../base/reason.ts";
import { runReadJob } from "../workflow/read-job.ts";
import { computeChild } from "./compute-child.ts";
import type { Config } from "./config.ts";
import { saying } from "./process-ports.ts";
import type { Station } from "./station.ts";
import { version } from "./version.ts";

/**
 * Works at the reading jobs until it is stopped, with as many compute children at once as the settings say.
 * @returns what stops it, once the jobs in hand are done
 */
export async function readStudies(station: Station, { childLimits, language, readers }: Config): Promise<() => Promise<void>> {
  const { index, pixels, queue, audit } = station;
  const say = saying(language);
  const { version: number, commit } = version();
  const program = `${number} ${commit}`;
  return queue.work("read", { concurrency: readers }, async ({ payload }, signal) => {
    const progress = (stage: string, fraction: number): void =>
      void queue.progress(payload.studyInstanceUid, fraction, stage).catch(() => undefined);
    const compute: Parameters<typeof runReadJob>[1]["compute"] = (folders, use, stop) =>
      computeChild(folders, use, childLimits, language, progress, stop);
    await runReadJob(payload, { index, pixels, compute, say, program }, signal);
    await audit.append({
      at: new Date().toISOString(),
      who: { kind: "program", name: "overread" },
      from: null,
      what: "read",
      outcome: "done",
      about: { studyInstanceUid: payload.studyInstanceUid },
    });
  });
}

/** Studies whose reading was given up, in whatever process, are shown as failed with the reason. */
export async function showFailed({ index, queue }: Station, language: Config["language"]): Promise<void> {
  const say: (because: Reason) => ReturnType<ReturnType<typeof saying>> = saying(language);
  for (const { payload, because } of await queue.dead()) {
    const { studyInstanceUid, revision } = payload as { studyInstanceUid: string; revision: number };
    const study = await index.study(studyInstanceUid);
    if (study?.revision === revision && study.state === "reading")
      await index.setState({ studyInstanceUid, revision }, "failed", [say(because)]);
  }
}
