import { type FileHandle, open } from "node:fs/promises";
import { Fault } from "../base/fault.ts";
import { inflatedBytes } from "./inflated-bytes.ts";

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
  /** Bytes; Infinity where that is not known before all is unpacked. */
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

/** A stored entry is a window of the archive; a deflated one is unpacked as it streams by, and is broken when it is not as long as it says. */
async function openZipEntry(entry: ZipEntryOrigin): Promise<ByteSource> {
  const { name, size, dataOffset, compressedSize } = entry;
  const archive = await openFile(name, entry.path);
  if (!entry.deflated) {
    const read = (offset: number, length: number) => archive.read(dataOffset + offset, Math.min(length, size - offset));
    return { name, size, read, close: archive.close };
  }
  const unpacked = inflatedBytes((offset, length) => archive.read(dataOffset + offset, Math.min(length, compressedSize - offset)));
  const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBufferLike>> => {
    const wanted = Math.max(0, Math.min(length, size - offset));
    // At its end one byte more is asked for, which must not be there.
    const bytes = await unpacked.read(offset, offset + wanted === size ? wanted + 1 : wanted);
    if (bytes.length !== wanted) throw new Fault("zip-entry-broken", { fileName: name });
    return bytes;
  };
  const close = async (): Promise<void> => {
    await unpacked.close();
    await archive.close();
  };
  return { name, size, read, close };
}
