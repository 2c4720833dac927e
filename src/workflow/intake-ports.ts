import type { Reason } from "../base/reason.ts";
import type { Indexed, ReceivedInstance } from "../findings/received-instance.ts";

/** Where bytes lie once they are kept: a key within a folder or a bucket. */
export interface Pixels {
  /**
   * Keeps a file; when it returns, the bytes last (file and folder synced, or the bucket answered 200).
   * @param key parts joined by "/"; each [0-9A-Za-z._-]{1,64}, none of them "." or ".."
   * @param hashFrom bytes in front that the hash leaves out: the file meta information, which says who sent it
   * @throws Fault output.disk-full, output.not-writable, store.bucket-gone, store.bucket-refuses
   */
  readonly put: (
    key: string,
    bytes: AsyncIterable<Uint8Array>,
    hashFrom?: number,
  ) => Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Gives a kept file another key. */
  readonly move: (from: string, to: string) => Promise<void>;
  /** @throws Fault store.no-such-file */
  readonly read: (key: string, offset: number, length: number) => Promise<Uint8Array>;
  readonly remove: (key: string) => Promise<void>;
  /** Keys that begin with a prefix, in order. */
  readonly list: (prefix: string) => AsyncIterable<string>;
  /**
   * A folder on this machine that holds the files of these keys while the work runs, named by their last part: links or copies.
   * A compute child reads them there.
   */
  readonly lend: <Result>(keys: readonly string[], work: (folder: string) => Promise<Result>) => Promise<Result>;
  /** @throws Fault output.not-writable, store.bucket-gone, store.bucket-refuses when nothing can be kept at the moment */
  readonly check: () => Promise<void>;
}

/** What receiving needs of the index. */
export interface InstanceIndex {
  readonly add: (instance: ReceivedInstance) => Promise<Indexed>;
  readonly quarantine: (
    kept: Pick<ReceivedInstance, "pixelKey" | "bytes" | "sha256" | "receivedAt" | "receivedBy"> & {
      readonly sopInstanceUid: string | null;
      readonly studyInstanceUid: string | null;
      readonly because: Reason;
    },
  ) => Promise<void>;
}
