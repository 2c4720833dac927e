import { crc32 } from "node:zlib";

/** A file on its way into an archive or a folder. */
export interface FileToPack {
  readonly path: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What the central directory says of a file. */
interface Entry {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

const most32 = 0xffff_ffff;
const most16 = 0xffff;
/** A file's sums follow its bytes (bit 3); names are UTF-8 (bit 11). */
const flags = 0x0808;
/** 4.5: what reads ZIP64. */
const version = 45;
/** 1980-01-01: when files were made is not told. */
const noDate = 0x21;

/**
 * A zip archive whose files are stored as they are (APPNOTE.TXT 6.3, ZIP64 where it grows past 4 GiB or 65,535 files), while they stream by: what is kept in memory is
 * one line a file.
 * @throws RangeError when a file has 4 GiB or more
 */
export async function* zipStream(files: AsyncIterable<FileToPack>): AsyncGenerator<Uint8Array> {
  const entries: Entry[] = [];
  let at = 0;
  for await (const { path, bytes } of files) {
    const name = Buffer.from(path, "utf8");
    const offset = at;
    yield Buffer.concat([localHeader(name.length), name]);
    let crc = 0;
    let size = 0;
    for await (const piece of bytes) {
      crc = crc32(piece, crc);
      size += piece.length;
      if (size >= most32) throw new RangeError("a file of an archive has less than 4 GiB");
      yield piece;
    }
    yield descriptor(crc, size);
    entries.push({ name, crc, size, offset });
    at += 30 + name.length + size + 16;
  }
  const directoryAt = at;
  for (const entry of entries) {
    const line = directoryLine(entry);
    at += line.length;
    yield line;
  }
  yield directoryEnd(entries.length, directoryAt, at - directoryAt);
}

/** Local file header (4.3.7). */
function localHeader(nameLength: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(version, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(noDate, 12);
  header.writeUInt16LE(nameLength, 26);
  return header;
}

/** Data descriptor (4.3.9). */
function descriptor(crc: number, size: number): Buffer {
  const sums = Buffer.alloc(16);
  sums.writeUInt32LE(0x08074b50, 0);
  sums.writeUInt32LE(crc, 4);
  sums.writeUInt32LE(size, 8);
  sums.writeUInt32LE(size, 12);
  return sums;
}

/** Central directory header (4.3.12); a far offset stands in the ZIP64 extra field (4.5.3). */
function directoryLine({ name, crc, size, offset }: Entry): Buffer {
  const far = offset >= most32;
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(version, 4);
  header.writeUInt16LE(version, 6);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(noDate, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(size, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(far ? 12 : 0, 30);
  header.writeUInt32LE(far ? most32 : offset, 42);
  const extra = Buffer.alloc(far ? 12 : 0);
  if (far) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(offset), 4);
  }
  return Buffer.concat([header, name, extra]);
}

/** End of central directory (4.3.16), with the ZIP64 record and locator (4.3.14, 4.3.15) before it where its own fields are too small. */
function directoryEnd(count: number, offset: number, length: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, most16), 8);
  end.writeUInt16LE(Math.min(count, most16), 10);
  end.writeUInt32LE(Math.min(length, most32), 12);
  end.writeUInt32LE(Math.min(offset, most32), 16);
  if (count < most16 && offset < most32 && length < most32) return end;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(version, 12);
  record.writeUInt16LE(version, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}
