import { type Reason, reason } from "../base/reason.ts";
import { derivedUid } from "../base/uid.ts";
import type { ReadResult } from "../findings/read-result.ts";
import type { SaidReason } from "../findings/reason.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import type { Pixels } from "./intake-ports.ts";
import { isReadable } from "./readable-series.ts";

/** One reading of a study as it stood at one revision. */
export interface ReadJob {
  readonly studyInstanceUid: string;
  readonly revision: number;
}

/** What a compute child made of a folder of files; its own files lie in a folder on this machine. */
export interface Computed {
  readonly result: ReadResult;
  /** Paths within the result's folder, and their bytes. */
  readonly files: AsyncIterable<{ readonly path: string; readonly bytes: AsyncIterable<Uint8Array> }>;
}

export type ComputeOutcome =
  | { readonly kind: "computed"; readonly computed: Computed }
  /** The files hold nothing that can be read: why. */
  | { readonly kind: "nothing"; readonly because: readonly SaidReason[] };

type StateAfter = "read" | "unread" | "failed";

export interface ReadJobPorts {
  readonly index: {
    /** At which revision a study stands, which one somebody asked to have read, and by which analyses (null: all). */
    readonly standing: (studyInstanceUid: string) => Promise<{
      readonly revision: number;
      readonly askedRevision: number | null;
      readonly analyses: readonly string[] | null;
    } | null>;
    /** The latest earlier study of the same person with images of the same modality; null: none is here. */
    readonly priorOf: (studyInstanceUid: string) => Promise<string | null>;
    /** Why an earlier study that there may be elsewhere is not here; null: nobody looked, or nothing is missing. */
    readonly priorMissing: (job: ReadJob) => Promise<Reason | null>;
    readonly instances: (of: { readonly studyInstanceUid: string }) => Promise<readonly ReceivedInstance[]>;
    /** Does nothing when the study's revision has moved on. */
    readonly setState: (job: ReadJob, state: "reading" | StateAfter, because: readonly SaidReason[]) => Promise<void>;
    readonly latestResult: (
      studyInstanceUid: string,
    ) => Promise<{ readonly revision: number; readonly input: string; readonly result: ReadResult } | null>;
    readonly saveResult: (
      job: ReadJob,
      made: { readonly input: string; readonly folderKey: string; readonly result: ReadResult },
    ) => Promise<void>;
  };
  readonly pixels: Pick<Pixels, "lend" | "put">;
  /** Reads the files of a folder in a process of its own. @throws Fault job.… when it dies, takes too long or takes too much memory */
  readonly compute: <Used>(
    folders: {
      readonly study: string;
      /** A folder, or why there is none where one was looked for. */
      readonly prior: string | Reason | null;
      readonly analyses: readonly string[] | null;
    },
    use: (outcome: ComputeOutcome) => Promise<Used>,
    signal: AbortSignal,
  ) => Promise<Used>;
  readonly say: (because: Reason) => SaidReason;
  /** Version and commit of the program: another one may read the same images otherwise. */
  readonly program: string;
}

/**
 * Reads one study, compared with an earlier one of the same person where there is one: its images are lent to a compute child, and what the child made is kept under the revision. Run twice it leaves what one run leaves;
 * a study whose images this program has read already (a report came in, or a result of our own came back) is not read again, unless that failed or
 * somebody asked for it since.
 */
export async function runReadJob(job: ReadJob, ports: ReadJobPorts, signal: AbortSignal): Promise<void> {
  const { index, pixels, say } = ports;
  const { studyInstanceUid } = job;
  const standing = await index.standing(studyInstanceUid);
  if (standing?.revision !== job.revision) return;
  const { askedRevision, analyses } = standing;
  const images = (await index.instances({ studyInstanceUid })).filter(({ series }) => isReadable(series));
  if (images.length === 0) return index.setState(job, "unread", [say(reason("job.no-images"))]);
  const priorUid = await index.priorOf(studyInstanceUid);
  const priorInstances = priorUid === null ? [] : await index.instances({ studyInstanceUid: priorUid });
  const priorImages = priorInstances.filter(({ series }) => isReadable(series));
  const missing = priorImages.length === 0 ? await index.priorMissing(job) : null;
  const by = [...(analyses === null ? [] : ["analyses", ...analyses]), ...(missing === null ? [] : ["missing", missing.code])];
  const input = derivedUid("read input", ports.program, ...hashes(images), "prior", ...hashes(priorImages), ...by);
  const latest = await index.latestResult(studyInstanceUid);
  if (latest?.input === input && latest.revision >= (askedRevision ?? 0)) {
    const [state, because] = stateAfter(latest.result);
    if (state !== "failed") return index.setState(job, state, because);
  }

  await index.setState(job, "reading", []);
  const compute = (study: string, prior: string | Reason | null) =>
    ports.compute({ study, prior, analyses }, (outcome) => keep(job, input, outcome, ports), signal);
  await pixels.lend(keysOf(images), (study) =>
    priorImages.length === 0 ? compute(study, missing) : pixels.lend(keysOf(priorImages), (prior) => compute(study, prior)),
  );
}

const keysOf = (instances: readonly ReceivedInstance[]): string[] => instances.map(({ pixelKey }) => pixelKey);
const hashes = (instances: readonly ReceivedInstance[]): string[] => instances.map(({ sha256 }) => sha256).sort();

async function keep(job: ReadJob, input: string, outcome: ComputeOutcome, { index, pixels }: ReadJobPorts): Promise<void> {
  if (outcome.kind === "nothing") return index.setState(job, "unread", outcome.because);
  const { result, files } = outcome.computed;
  const folderKey = `results/${job.studyInstanceUid}/${job.revision}`;
  for await (const { path, bytes } of files) await pixels.put(`${folderKey}/${path}`, bytes);
  await index.saveResult(job, { input, folderKey, result });
  await index.setState(job, ...stateAfter(result));
}

/** A study is read when one analysis read it; unread when all declined, with their reasons; failed when one failed. */
function stateAfter({ analyses }: ReadResult): [StateAfter, SaidReason[]] {
  const outcomes = analyses.map(({ outcome }) => outcome);
  const because = analyses.flatMap((analysis) => (analysis.outcome === "done" ? [] : analysis.because));
  if (outcomes.includes("failed")) return ["failed", because];
  return [outcomes.some((outcome) => outcome === "done" || outcome === "partial") ? "read" : "unread", because];
}
