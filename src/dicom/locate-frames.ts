import type { ByteSource } from "./byte-source.ts";
import type { FramePieces } from "./image-file.ts";

/** Where the bytes of each frame lie, or how many frames' worth of bytes the file really holds. */
export type FrameLocation =
  | { readonly kind: "located"; readonly frames: readonly FramePieces[] }
  | { readonly kind: "short"; readonly expectedBytes: number; readonly foundBytes: number }
  | { readonly kind: "ambiguous"; readonly fragments: number };

interface Fragment {
  /** Of the item tag, from the end of the basic offset table. */
  readonly tableOffset: number;
  readonly offset: number;
  readonly length: number;
}

/** Frames that lie one after another, uncompressed. */
export function locateNativeFrames(offset: number, valueBytes: number, frameBytes: number, frames: number): FrameLocation {
  if (valueBytes < frameBytes * frames) return { kind: "short", expectedBytes: frameBytes * frames, foundBytes: Math.max(0, valueBytes) };
  return { kind: "located", frames: Array.from({ length: frames }, (_, n) => [{ offset: offset + n * frameBytes, length: frameBytes }]) };
}

/**
 * Walks the fragments of encapsulated pixel data (DICOM PS3.5 A.4), reading their 8-byte item headers only, and assigns them to frames: all to the one
 * frame, one each where their number agrees, by the basic offset table, or at fragments that begin with a start-of-image marker.
 */
export async function locateEncapsulatedFrames(source: ByteSource, offset: number, frames: number): Promise<FrameLocation> {
  const walk = await walkItems(source, offset);
  if (walk.kind === "short") return walk;
  const [table, ...rest] = walk.items;
  if (!table || rest.length === 0) return { kind: "short", expectedBytes: 1, foundBytes: 0 };
  const base = table.offset + table.length;
  const fragments = rest.map((item): Fragment => ({ ...item, tableOffset: item.offset - 8 - base }));
  if (frames === 1) return { kind: "located", frames: [fragments] };
  if (fragments.length === frames) return { kind: "located", frames: fragments.map((fragment) => [fragment]) };
  const starts = (await offsetTable(source, table, frames)) ?? (await imageStarts(source, fragments));
  if (starts.length !== frames) return { kind: "ambiguous", fragments: fragments.length };
  const located: Fragment[][] = starts.map(() => []);
  let frame = -1;
  for (const fragment of fragments) {
    while (fragment.tableOffset >= (starts[frame + 1] ?? Number.POSITIVE_INFINITY)) frame++;
    located[frame]?.push(fragment);
  }
  return located.every((pieces) => pieces.length > 0)
    ? { kind: "located", frames: located }
    : { kind: "ambiguous", fragments: fragments.length };
}

type Item = { readonly offset: number; readonly length: number };

/** Where fragments are small, many of their headers are read at once. */
const windowBytes = 1024;
/** No file has more fragments. */
const mostFragments = 2 ** 17;

async function walkItems(
  source: ByteSource,
  offset: number,
): Promise<{ kind: "items"; items: Item[] } | Extract<FrameLocation, { kind: "short" }>> {
  const items: Item[] = [];
  let at = offset;
  let window: Uint8Array<ArrayBufferLike> = new Uint8Array();
  let windowAt = offset;
  while (at + 8 <= source.size && items.length <= mostFragments) {
    if (at + 8 > windowAt + window.length) {
      window = await source.read(at, windowBytes);
      windowAt = at;
      if (window.length < 8) break;
    }
    const head = new DataView(window.buffer, window.byteOffset + at - windowAt, 8);
    if (head.getUint16(0, true) !== 0xfffe || head.getUint16(2, true) !== 0xe000) break;
    const length = head.getUint32(4, true);
    if (at + 8 + length > source.size) return { kind: "short", expectedBytes: length, foundBytes: source.size - at - 8 };
    items.push({ offset: at + 8, length });
    at += 8 + length;
  }
  return { kind: "items", items };
}

/** Null when it has not one offset for each frame. */
async function offsetTable(source: ByteSource, table: Item, frames: number): Promise<number[] | null> {
  if (table.length !== 4 * frames) return null;
  const bytes = await source.read(table.offset, table.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: frames }, (_, n) => view.getUint32(n * 4, true));
}

/** JPEG, JPEG-LS begin with FFD8; JPEG 2000 with FF4F. */
async function imageStarts(source: ByteSource, fragments: readonly Fragment[]): Promise<number[]> {
  const starts: number[] = [];
  for (const fragment of fragments) {
    const [first, second] = await source.read(fragment.offset, 2);
    if (first === 0xff && (second === 0xd8 || second === 0x4f)) starts.push(fragment.tableOffset);
  }
  return starts;
}
