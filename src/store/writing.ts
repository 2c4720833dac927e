import { writingFault } from "../base/writing-fault.ts";

/** What is asked of the file system, with its errors as faults. @throws Fault output.disk-full, output.not-writable */
export async function writing<Result>(asked: Promise<Result>): Promise<Result> {
  return asked.catch((error: unknown) => Promise.reject(writingFault(error)));
}
