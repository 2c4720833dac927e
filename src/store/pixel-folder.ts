import { randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import { access, constants, type FileHandle, link, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Fault } from "../base/fault.ts";
import { writingFault } from "../base/writing-fault.ts";
import { checkKey } from "./check-key.ts";
import { inSteps } from "./in-steps.ts";
import { openTemporary } from "./open-temporary.ts";
import { TailHash } from "./tail-hash.ts";
import { writing } from "./writing.ts";

/** No key can name it: "~" stands in none. */
const temporary = "temporary~";
/** Each write is a turn to another thread, which costs more than a copy. */
const stepBytes = 1 << 20;

/** Bytes of images and of results, in a folder of this machine. Keys are paths within it. */
export class PixelFolder {
  readonly #root: string;
  readonly #sync: boolean;

  private constructor(root: string, sync: boolean) {
    this.#root = root;
    this.#sync = sync;
  }

  /**
   * @param options.sync false leaves it to the system when bytes reach the disk: for benchmarks, since a power cut then loses what was promised
   * @throws Fault output.not-writable
   */
  static async open(root: string, { sync = true }: { readonly sync?: boolean } = {}): Promise<PixelFolder> {
    await openTemporary(join(root, temporary));
    return new PixelFolder(root, sync);
  }

  /**
   * Keeps a file; when it returns, file and folder are on the disk. A reader of the key sees the whole file or none; one that was there is replaced.
   * @param hashFrom bytes in front that the hash leaves out
   * @throws Fault output.disk-full, output.not-writable; what the stream throws
   */
  readonly put = async (key: string, bytes: AsyncIterable<Uint8Array>, hashFrom = 0): Promise<{ bytes: number; sha256: string }> => {
    const path = this.#path(key);
    const fresh = this.#newTemporary();
    const hash = new TailHash(hashFrom);
    try {
      const file = await writing(open(fresh, "wx"));
      try {
        for await (const chunk of inSteps(bytes, stepBytes)) {
          await writing(file.writeFile(chunk));
          hash.add(chunk);
        }
        if (this.#sync) await writing(file.sync());
      } finally {
        await file.close();
      }
      await writing(this.#place(fresh, path));
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
    return { bytes: hash.bytes, sha256: hash.sha256() };
  };

  /** @throws Fault store.no-such-file, output.… */
  readonly move = async (from: string, to: string): Promise<void> => {
    const path = this.#path(from);
    await finding(this.#place(path, this.#path(to)));
    await finding(this.#syncFolder(dirname(path)));
  };

  /** Fewer bytes than asked for only where the file ends. @throws Fault store.no-such-file */
  readonly read = async (key: string, offset: number, length: number): Promise<Uint8Array> => {
    const file = await finding(open(this.#path(key), "r"));
    try {
      const bytes = new Uint8Array(length);
      let at = 0;
      while (at < length) {
        const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes.subarray(0, at);
    } finally {
      await file.close();
    }
  };

  /** What is not there is removed already. */
  readonly remove = async (key: string): Promise<void> => finding(rm(this.#path(key), { force: true }));

  /** Keys that begin with a prefix, in the order of their characters. */
  readonly list = (prefix: string): AsyncIterable<string> => {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    return this.#under(folder, prefix.slice(folder.length));
  };

  /**
   * A folder that holds the files of these keys while the work runs, named by their last part: hard links, so that a file that is removed meanwhile stays
   * readable there.
   * @throws Fault store.no-such-file
   */
  readonly lend = async <Result>(keys: readonly string[], work: (folder: string) => Promise<Result>): Promise<Result> => {
    const folder = this.#newTemporary();
    await writing(mkdir(folder));
    try {
      await Promise.all(keys.map((key) => finding(link(this.#path(key), join(folder, basename(key))))));
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  /** @throws Fault output.not-writable when the folder is gone */
  readonly check = async (): Promise<void> => writing(access(this.#root, constants.W_OK));

  readonly #newTemporary = (): string => join(this.#root, temporary, randomUUID());

  #path(key: string): string {
    checkKey(key);
    return join(this.#root, key);
  }

  async *#under(folder: string, start: string): AsyncIterable<string> {
    if (folder !== "") checkKey(folder.slice(0, -1));
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch((): Dirent[] => []);
    const names = entries.filter(({ name }) => name !== temporary).map((entry) => entry.name + (entry.isDirectory() ? "/" : ""));
    for (const name of names.filter((each) => each.startsWith(start)).sort((a, b) => (a < b ? -1 : 1))) {
      if (name.endsWith("/")) yield* this.#under(folder + name, "");
      else yield folder + name;
    }
  }

  /** The file under its new name, and the name on the disk: with those of the folders that were made for it. */
  async #place(from: string, to: string): Promise<void> {
    const folder = dirname(to);
    const made = await mkdir(folder, { recursive: true });
    await rename(from, to);
    await this.#syncFolder(folder);
    if (made === undefined) return;
    for (let at = folder; at.length >= made.length; at = dirname(at)) await this.#syncFolder(dirname(at));
  }

  /** Windows has no such operation. */
  async #syncFolder(path: string): Promise<void> {
    if (!this.#sync || process.platform === "win32") return;
    const folder: FileHandle = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** Errors of the file system as faults, for files that are to be there. */
async function finding<Result>(asked: Promise<Result>): Promise<Result> {
  return asked.catch((error: unknown) => {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw isMissing ? new Fault("store.no-such-file", {}, error) : writingFault(error);
  });
}
