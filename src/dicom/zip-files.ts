import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { Fault } from "../base/fault.ts";
import { reason } from "../base/reason.ts";
import type { ByteOrigin } from "./byte-source.ts";
import type { FoundFiles, Refused } from "./found-files.ts";

/** Limits beyond which an archive is not opened. Image files pack 2 to 4 times, blank ones up to a few hundred times. */
export interface ZipLimits {
  readonly entries: number;
  /** Unpacked bytes of all entries together. */
  readonly totalBytes: number;
  readonly entryBytes: number;
  /** Unpacked over packed bytes of the whole archive, once it unpacks to more than `ratioFromBytes`. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
}

const gibibyte = 2 ** 30;
export const zipLimits: ZipLimits = {
  entries: 200_000,
  totalBytes: 64 * gibibyte,
  entryBytes: 4 * gibibyte,
  ratio: 200,
  ratioFromBytes: gibibyte,
};

/**
 * The files of a zip archive, to be read where they lie: nothing is unpacked to disk. Sizes are those that entries declare; a reader stops at the
 * declared size (byte-source.ts), so an entry that unpacks to more is found broken there.
 * @throws Fault `zip-traversal` when a name leads out of the archive (`..`, an absolute path, a drive), `zip-bomb` beyond the limits or when
 * entries overlap (together longer than the archive)
 */
export async function zipFiles(path: string, limits: ZipLimits = zipLimits): Promise<FoundFiles> {
  const fileName = basename(path);
  const archive = await openArchive(path);
  if (archive === null) return { origins: [], refused: [{ fileName, because: reason("intake.not-a-zip") }], hidden: 0 };
  const origins: ByteOrigin[] = [];
  const refused: Refused[] = [];
  let hidden = 0;
  const sum = { entries: 0, unpacked: 0, packed: 0 };
  try {
    for await (const entry of archive.eachEntry()) {
      check(entry, sum, archive.fileSize, fileName, limits);
      const name = basename(entry.fileName);
      if (entry.fileName.endsWith("/")) continue;
      if (isHidden(entry.fileName)) hidden++;
      else if (entry.isEncrypted() || (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)) {
        refused.push({ fileName: name, because: reason("intake.zip-entry-locked") });
      } else {
        const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
        const { compressedSize, uncompressedSize: size, compressionMethod } = entry;
        origins.push({ kind: "zip-entry", name, path, dataOffset: fileDataStart, compressedSize, size, deflated: compressionMethod === 8 });
      }
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    // The words of yauzl 3 for names that lead out of the archive.
    if (error instanceof Error && /relative path|absolute path/.test(error.message)) throw new Fault("zip-traversal", { fileName }, error);
    refused.push({ fileName, because: reason("intake.not-a-zip") });
  } finally {
    archive.close();
  }
  if (origins.length === 0 && refused.length === 0) refused.push({ fileName, because: reason("intake.empty-archive") });
  return { origins, refused, hidden };
}

/** Null when it is no archive, or cannot be read. */
async function openArchive(path: string): Promise<ZipFile | null> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return null;
  const { size } = await handle.stat();
  const options = { autoClose: false, validateEntrySizes: true };
  return yauzl.fromRandomAccessReaderPromise(new ArchiveReader(handle, size), size, options).catch(async () => {
    await handle.close();
    return null;
  });
}

/** Reads within the file alone: offsets of 64 bits may lie anywhere, and yauzl's own reader throws where nobody can catch it. */
class ArchiveReader extends yauzl.RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #size: number;

  constructor(handle: FileHandle, size: number) {
    super();
    this.#handle = handle;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (position + length > this.#size) done(new RangeError("outside the archive"));
    else this.#handle.read(buffer, offset, length, position).then(({ bytesRead }) => done(null, bytesRead), done);
  }

  override close(done: (error: Error | null) => void): void {
    this.#handle.close().then(() => done(null), done);
  }
}

function check(
  entry: Entry,
  sum: { entries: number; unpacked: number; packed: number },
  archiveBytes: number,
  fileName: string,
  limits: ZipLimits,
): void {
  sum.entries++;
  sum.unpacked += entry.uncompressedSize;
  sum.packed += entry.compressedSize;
  const tooMuch =
    sum.entries > limits.entries ||
    sum.unpacked > limits.totalBytes ||
    entry.uncompressedSize > limits.entryBytes ||
    sum.packed > archiveBytes ||
    (sum.unpacked > limits.ratioFromBytes && sum.unpacked > limits.ratio * archiveBytes);
  if (tooMuch) throw new Fault("zip-bomb", { fileName, declaredMb: Math.round(sum.unpacked / 2 ** 20) });
}

const isHidden = (name: string): boolean => name.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
