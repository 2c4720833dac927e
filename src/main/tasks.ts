import { blobPeaksTask } from "../analyses/lung-nodule/enhancement.ts";
import { findBulkTask } from "../analyses/lung-nodule/find-mass.ts";
import { measureCandidateTask } from "../analyses/lung-nodule/measure-candidate.ts";
import { decodeFramesTask } from "../dicom/decode-frames.ts";
import { decodeStoredFrameTask } from "../dicom/web/decode-stored-frame.ts";
import { keyImageTask } from "../render/key-image.ts";
import { gaussianTask } from "../volume/gaussian.ts";
import { hessianTask } from "../volume/hessian.ts";
import { resampleTask } from "../volume/resample.ts";
import type { Task } from "../volume/threads.ts";
import { renderStoredFrameTask } from "../workflow/render-stored-frame.ts";

/** A task as the worker calls it: what comes in was typed where `Threads.run` was called. */
type Call = (input: unknown) => unknown;

const entry = <Input, Output>(task: Task<Input, Output>): readonly [string, Call] => [task.name, (input) => task.compute(input as Input)];

/** Every computation that may run on another thread. */
export const tasks: ReadonlyMap<string, Call> = new Map([
  entry(blobPeaksTask),
  entry(decodeFramesTask),
  entry(decodeStoredFrameTask),
  entry(findBulkTask),
  entry(gaussianTask),
  entry(hessianTask),
  entry(keyImageTask),
  entry(measureCandidateTask),
  entry(renderStoredFrameTask),
  entry(resampleTask),
]);
