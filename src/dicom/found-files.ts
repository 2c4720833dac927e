import type { Reason } from "../base/reason.ts";
import type { ByteOrigin } from "./byte-source.ts";

/** A file or archive entry that was not read, by base name only. */
export interface Refused {
  readonly fileName: string;
  readonly because: Reason;
}

/** What lies under the given paths. */
export interface FoundFiles {
  readonly origins: readonly ByteOrigin[];
  readonly refused: readonly Refused[];
  /** Hidden files and folders passed by. */
  readonly hidden: number;
}
