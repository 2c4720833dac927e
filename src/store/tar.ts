import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { Fault } from "../base/fault.ts";
import { writing } from "./writing.ts";

const blockBytes = 512;
const stepBytes = 1 << 20;

/** Where a file lies in the archive. */
export interface TarEntry {
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
}

/** Writes a POSIX ustar archive (IEEE 1003.1, pax, "ustar Interchange Format"), a file at a time, each of any length: its header is written behind it. */
export class TarWriter {
  readonly #file: FileHandle;
  readonly #modifiedAt: Date;
  #at = 0;

  constructor(file: FileHandle, modifiedAt: Date) {
    this.#file = file;
    this.#modifiedAt = modifiedAt;
  }

  /**
   * Where the content throws, the archive is as if the file had not been added.
   * @returns SHA-256 of the bytes, hex
   * @throws Fault output.disk-full, output.not-writable; what the content throws
   */
  async add(name: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
    const hash = createHash("sha256");
    let at = this.#at + blockBytes;
    for await (const piece of content) {
      hash.update(piece);
      await this.#write(piece, at);
      at += piece.length;
    }
    await this.#write(header(name, at - this.#at - blockBytes, this.#modifiedAt), this.#at);
    this.#at = Math.ceil(at / blockBytes) * blockBytes;
    return hash.digest("hex");
  }

  /** Two blocks of zeros are the end. */
  async end(): Promise<void> {
    await this.#write(new Uint8Array(2 * blockBytes), this.#at);
  }

  async #write(bytes: Uint8Array, at: number): Promise<void> {
    for (let done = 0; done < bytes.length; )
      done += (await writing(this.#file.write(bytes, done, bytes.length - done, at + done))).bytesWritten;
  }
}

/**
 * The files of an archive of `TarWriter`, in order; other tars may have kinds of entries that are refused here.
 * @throws Fault store.backup-damaged
 */
export async function* tarEntries(file: FileHandle): AsyncGenerator<TarEntry> {
  const { size } = await file.stat();
  for (let at = 0; ; ) {
    const block = await readBlock(file, at);
    if (block.every((byte) => byte === 0)) return;
    if (block.toString("latin1", 257, 262) !== "ustar" || Number.parseInt(textAt(block, 148, 8), 8) !== checksumOf(block)) throw damaged();
    const [name, prefix] = [textAt(block, 0, 100), textAt(block, 345, 155)];
    const entry = { name: prefix === "" ? name : `${prefix}/${name}`, at: at + blockBytes, bytes: sizeIn(block) };
    if (!(entry.at + entry.bytes <= size)) throw damaged();
    yield entry;
    at = entry.at + Math.ceil(entry.bytes / blockBytes) * blockBytes;
  }
}

/** @throws Fault store.backup-damaged where the archive ends before the file */
export async function* bytesOf(file: FileHandle, { at, bytes }: TarEntry): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < bytes; ) {
    const piece = new Uint8Array(Math.min(stepBytes, bytes - done));
    const { bytesRead } = await file.read(piece, 0, piece.length, at + done);
    if (bytesRead === 0) throw damaged();
    yield piece.subarray(0, bytesRead);
    done += bytesRead;
  }
}

const damaged = (): Fault => new Fault("store.backup-damaged");

async function readBlock(file: FileHandle, at: number): Promise<Buffer> {
  const block = Buffer.alloc(blockBytes);
  const { bytesRead } = await file.read(block, 0, blockBytes, at);
  if (bytesRead < blockBytes) throw damaged();
  return block;
}

const textAt = (block: Buffer, at: number, length: number): string => block.toString("latin1", at, at + length).split("\0")[0] ?? "";

/** A size past 11 octal digits (8 GiB) stands in base 256 with the highest bit set, as GNU tar has it. */
const mostOctal = 8 ** 11 - 1;

function header(path: string, bytes: number, modifiedAt: Date): Buffer {
  const block = Buffer.alloc(blockBytes);
  // A long path is split: up to 155 characters in front, up to 100 behind.
  const split = path.length <= 100 ? 0 : path.indexOf("/", path.length - 101) + 1;
  if (path.length - split > 100 || split > 156 || (path.length > 100 && split === 0)) throw new RangeError("a path too long for a tar");
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
  block.write(path.slice(split), 0, "latin1");
  block.write(path.slice(0, Math.max(0, split - 1)), 345, "latin1");
  // Mode: for its owner only; user and group: none in particular.
  for (const [at, value] of [[100, 0o600], [108, 0], [116, 0]] as const) block.write(octal(value, 7), at); // biome-ignore format: one table
  if (bytes <= mostOctal) block.write(octal(bytes, 11), 124);
  else {
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(bytes), 128);
  }
  block.write(octal(Math.floor(modifiedAt.getTime() / 1000), 11), 136);
  block.write("0", 156);
  block.write("ustar\u000000", 257);
  block.write(`${octal(checksumOf(block), 6)}\0 `, 148, "latin1");
  return block;
}

function sizeIn(block: Buffer): number {
  return (block[124] ?? 0) & 0x80 ? Number(block.readBigUInt64BE(128)) : Number.parseInt(textAt(block, 124, 12), 8);
}

/** The sum of the bytes, with the checksum's own taken as spaces. */
function checksumOf(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}
