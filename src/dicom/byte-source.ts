import { type FileHandle, open } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";
import { Fault } from "../base/fault.ts";

/**
 * Where the bytes of one DICOM file lie; structured-cloneable, so that another thread can read them itself.
 * A zip entry is read where it lies in its archive and is inflated when it is asked for.
 */
export type ByteOrigin =
  | { readonly kind: "file"; readonly name: string; readonly path: string }
  | {
      readonly kind: "zip-entry";
      readonly name: string;
      readonly path: string;
      readonly dataOffset: number;
      readonly compressedSize: number;
      readonly size: number;
      readonly deflated: boolean;
    }
  | { readonly kind: "bytes"; readonly name: string; readonly bytes: Uint8Array<ArrayBufferLike> };

/** Random access to bytes; `close` when done. */
export interface ByteSource {
  /** Base name, for messages. */
  readonly name: string;
  readonly size: number;
  /** Bytes from offset on; fewer than asked only at the end. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array<ArrayBufferLike>>;
  readonly close: () => Promise<void>;
}

/**
 * Opens an origin for reading.
 * @throws Fault `unreadable-file` when the disk refuses, `zip-entry-broken` when an entry does not inflate to its declared size
 */
export async function openOrigin(origin: ByteOrigin): Promise<ByteSource> {
  switch (origin.kind) {
    case "bytes":
      return fromBytes(origin.name, origin.bytes);
    case "file":
      return openFile(origin.name, origin.path);
    case "zip-entry":
      return openZipEntry(origin);
  }
}

function fromBytes(name: string, bytes: Uint8Array<ArrayBufferLike>): ByteSource {
  return { name, size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length), close: async () => {} };
}

async function openFile(name: string, path: string): Promise<ByteSource> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const { size } = await handle.stat();
    const file = handle;
    return {
      name,
      size,
      read: (offset, length) => readExactly(file, name, offset, Math.min(length, size - offset)),
      close: () => file.close(),
    };
  } catch (cause) {
    await handle?.close();
    throw new Fault("unreadable-file", { fileName: name }, cause);
  }
}

async function readExactly(handle: FileHandle, name: string, offset: number, length: number): Promise<Uint8Array<ArrayBufferLike>> {
  const bytes = new Uint8Array(Math.max(0, length));
  let filled = 0;
  try {
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) return bytes.subarray(0, filled);
      filled += bytesRead;
    }
  } catch (cause) {
    throw new Fault("unreadable-file", { fileName: name }, cause);
  }
  return bytes;
}

type ZipEntryOrigin = Extract<ByteOrigin, { kind: "zip-entry" }>;

/** A stored entry is a window of the archive; a deflated one is inflated as far as is asked for, whole at the second request. */
async function openZipEntry(entry: ZipEntryOrigin): Promise<ByteSource> {
  const archive = await openFile(entry.name, entry.path);
  if (!entry.deflated) {
    const read = (offset: number, length: number) => archive.read(entry.dataOffset + offset, Math.min(length, entry.size - offset));
    return { name: entry.name, size: entry.size, read, close: archive.close };
  }
  let inflated: Uint8Array | undefined;
  let asked = 0;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(entry.size, offset + length);
    if (inflated === undefined || inflated.length < end) {
      asked++;
      const compressed = asked > 1 ? entry.compressedSize : Math.min(entry.compressedSize, Math.max(65536, end));
      inflated = inflateEntry(entry, await archive.read(entry.dataOffset, compressed));
      if (inflated.length < end && compressed < entry.compressedSize) return read(offset, length);
    }
    return inflated.subarray(offset, end);
  };
  return { name: entry.name, size: entry.size, read, close: archive.close };
}

function inflateEntry(entry: ZipEntryOrigin, compressed: Uint8Array): Uint8Array {
  try {
    const bytes = inflatePrefix(compressed, entry.size);
    if (compressed.length === entry.compressedSize && bytes.length !== entry.size)
      throw new RangeError(`${bytes.length} of ${entry.size} bytes`);
    return bytes;
  } catch (cause) {
    throw new Fault("zip-entry-broken", { fileName: entry.name }, cause);
  }
}

/** As much of a raw deflate stream as the given head of it holds, at most `limit` bytes. */
export function inflatePrefix(compressed: Uint8Array, limit: number): Uint8Array {
  // Z_SYNC_FLUSH (2): a stream cut short yields what it holds instead of an error.
  return inflateRawSync(compressed, { finishFlush: 2, maxOutputLength: Math.max(1, limit) });
}
