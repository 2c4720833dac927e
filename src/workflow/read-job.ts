import { type Reason, reason } from "../base/reason.ts";
import { derivedUid } from "../base/uid.ts";
import type { ReadResult } from "../findings/read-result.ts";
import type { SaidReason } from "../findings/reason.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import type { Pixels } from "./intake-ports.ts";

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
    readonly revisionOf: (studyInstanceUid: string) => Promise<number | null>;
    /** The latest earlier study of the same person with images of the same modality; null: none is here. */
    readonly priorOf: (studyInstanceUid: string) => Promise<string | null>;
    readonly instances: (of: { readonly studyInstanceUid: string }) => Promise<readonly ReceivedInstance[]>;
    /** Does nothing when the study's revision has moved on. */
    readonly setState: (job: ReadJob, state: "reading" | StateAfter, because: readonly SaidReason[]) => Promise<void>;
    readonly latestResult: (studyInstanceUid: string) => Promise<{ readonly input: string; readonly result: ReadResult } | null>;
    readonly saveResult: (
      job: ReadJob,
      made: { readonly input: string; readonly folderKey: string; readonly result: ReadResult },
    ) => Promise<void>;
  };
  readonly pixels: Pick<Pixels, "lend" | "put">;
  /** Reads the files of a folder in a process of its own. @throws Fault job.… when it dies, takes too long or takes too much memory */
  readonly compute: <Used>(
    folders: { readonly study: string; readonly prior: string | null },
    use: (outcome: ComputeOutcome) => Promise<Used>,
    signal: AbortSignal,
  ) => Promise<Used>;
  readonly say: (because: Reason) => SaidReason;
  /** Version and commit of the program: another one may read the same images otherwise. */
  readonly program: string;
}

/**
 * Reads one study, compared with an earlier one of the same person where there is one: its images are lent to a compute child, and what the child made is kept under the revision. Run twice it leaves what one run leaves;
 * a study whose images this program has read already (a report came in, or a result of our own came back) is not read again, unless that failed.
 */
export async function runReadJob(job: ReadJob, ports: ReadJobPorts, signal: AbortSignal): Promise<void> {
  const { index, pixels, say } = ports;
  const { studyInstanceUid } = job;
  if ((await index.revisionOf(studyInstanceUid)) !== job.revision) return;
  const images = (await index.instances({ studyInstanceUid })).filter(isReadable);
  if (images.length === 0) return index.setState(job, "unread", [say(reason("job.no-images"))]);
  const priorUid = await index.priorOf(studyInstanceUid);
  const priorImages = priorUid === null ? [] : (await index.instances({ studyInstanceUid: priorUid })).filter(isReadable);
  const input = derivedUid("read input", ports.program, ...hashes(images), "prior", ...hashes(priorImages));
  const latest = await index.latestResult(studyInstanceUid);
  if (latest?.input === input) {
    const [state, because] = stateAfter(latest.result);
    if (state !== "failed") return index.setState(job, state, because);
  }

  await index.setState(job, "reading", []);
  const compute = (study: string, prior: string | null) =>
    ports.compute({ study, prior }, (outcome) => keep(job, input, outcome, ports), signal);
  await pixels.lend(keysOf(images), (study) =>
    priorImages.length === 0 ? compute(study, null) : pixels.lend(keysOf(priorImages), (prior) => compute(study, prior)),
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

/** Reports, segmentations and presentation states are not read, nor are the pictures Overread itself makes of a reading: a result that comes back starts nothing. */
const notImages: ReadonlySet<string> = new Set([..."SR SEG KO PR DOC RTSTRUCT RTPLAN RTDOSE REG RWV FID PLAN AU ECG".split(" ")]);
const isReadable = ({ series: { modality, manufacturer } }: ReceivedInstance): boolean =>
  !notImages.has(modality) && !(manufacturer === "Overread" && modality === "OT");
