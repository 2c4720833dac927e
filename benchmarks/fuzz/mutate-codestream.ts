import type { SeededRandom } from "../../src/base/seeded-random.ts";
import { type DicomTree, type Item, viewOf } from "./dicom-tree.ts";
import { byteMutations, edges, pick, wideEdges } from "./mutate-bytes.ts";

/** A marker segment of a JPEG, JPEG-LS or JPEG 2000 codestream: its marker, where its content begins, how long that is. */
interface Segment {
  readonly marker: number;
  readonly offset: number;
  readonly length: number;
}

/** Fragments of encapsulated pixel data but the offset table; empty when the pixels are native. */
function fragmentsOf(tree: DicomTree): Item[] {
  const pixels = tree.body.find(({ tag }) => tag === 0x7fe00010);
  return pixels && !(pixels.value instanceof Uint8Array) ? pixels.value.slice(1) : [];
}

function segmentsOf(bytes: Uint8Array): Segment[] {
  const view = viewOf(bytes);
  const found: Segment[] = [];
  for (let at = 2; at + 4 <= bytes.length && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    found.push({ marker, offset: at + 4, length: length - 2 });
    // Entropy-coded data follow.
    if (marker === 0xffda || marker === 0xff93 || length < 2) break;
    at += 2 + length;
  }
  return found;
}

type Mutation = (tree: DicomTree, random: SeededRandom) => void;

function inOneFragment(tree: DicomTree, random: SeededRandom, change: (bytes: Uint8Array) => Uint8Array): void {
  const fragments = fragmentsOf(tree);
  if (fragments.length === 0) return;
  const fragment = pick(fragments, random);
  if (fragment.content instanceof Uint8Array) fragment.content = change(fragment.content.slice());
}

function setField(bytes: Uint8Array, at: number, random: SeededRandom): void {
  const view = viewOf(bytes);
  const width = pick([1, 1, 2, 2, 4], random);
  if (at + width > bytes.length) return;
  if (width === 1) view.setUint8(at, pick([...edges, random.integer(256)], random) & 0xff);
  else if (width === 2) view.setUint16(at, pick([...edges, random.integer(65536)], random));
  else view.setUint32(at, pick(wideEdges, random));
}

/** Changes in what decoders read first. */
export const codestreamMutations: Readonly<Record<string, Mutation>> = {
  "marker field": (tree, random) =>
    inOneFragment(tree, random, (bytes) => {
      const segments = segmentsOf(bytes);
      for (let n = 1 + random.integer(3); n > 0 && segments.length > 0; n--) {
        const { offset, length } = pick(segments, random);
        setField(bytes, offset - 2 + random.integer(Math.max(1, length + 2)), random);
      }
      return bytes;
    }),
  marker: (tree, random) =>
    inOneFragment(tree, random, (bytes) => {
      const segments = segmentsOf(bytes);
      if (segments.length > 0) viewOf(bytes).setUint16(pick(segments, random).offset - 4, 0xff00 + random.integer(256));
      return bytes;
    }),
  "drop or repeat marker": (tree, random) =>
    inOneFragment(tree, random, (bytes) => {
      const segments = segmentsOf(bytes);
      if (segments.length === 0) return bytes;
      const { offset, length } = pick(segments, random);
      const [from, to] = [offset - 4, offset + Math.max(0, length)];
      const again = random.uniform() < 0.5 ? bytes.subarray(from, to) : new Uint8Array();
      return new Uint8Array(Buffer.concat([bytes.subarray(0, from), again, again, bytes.subarray(to)]));
    }),
  "codestream and header lie together": (tree, random) => {
    const [rows, columns] = [pick([1, 512, 16384, 65535], random), pick([1, 512, 16384, 65535], random)];
    for (const [tag, value] of [
      [0x00280010, rows],
      [0x00280011, columns],
    ] as const) {
      // biome-ignore format: pairs
      const node = tree.body.find((found) => found.tag === tag);
      if (node?.value instanceof Uint8Array) viewOf(node.value).setUint16(0, value, !tree.form.bigEndian);
    }
    for (const { content } of fragmentsOf(tree)) {
      if (!(content instanceof Uint8Array)) continue;
      const view = viewOf(content);
      for (const { marker, offset, length } of segmentsOf(content)) {
        if (offset + length > content.length) continue;
        if (marker === 0xff51 && length >= 36) {
          for (const [at, value] of [[2, columns], [6, rows]] as const) view.setUint32(offset + at, value); // biome-ignore format: pairs
          if (random.uniform() < 0.5) for (const at of [18, 22]) view.setUint32(offset + at, pick([1, 2, 16, 65535, 2 ** 32 - 1], random));
        } else if ((marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4) || marker === 0xfff7) {
          view.setUint16(offset + 1, rows);
          view.setUint16(offset + 3, columns);
        }
      }
    }
  },
  "rle header": (tree, random) =>
    inOneFragment(tree, random, (bytes) => {
      if (bytes.length >= 64) viewOf(bytes).setUint32(4 * random.integer(16), pick(wideEdges, random), true);
      return bytes;
    }),
  "entropy-coded bytes": (tree, random) =>
    inOneFragment(tree, random, (bytes) => {
      const { offset, length } = segmentsOf(bytes).at(-1) ?? { offset: 64, length: 0 };
      const head = Math.min(bytes.length, offset + Math.max(0, length));
      const mutation = byteMutations[pick(["flip bits", "set bytes", "random chunk", "truncate", "remove"], random)];
      return new Uint8Array(Buffer.concat([bytes.subarray(0, head), mutation?.(bytes.subarray(head), random, bytes) ?? bytes]));
    }),
  "offset table": (tree, random) => {
    const pixels = tree.body.find(({ tag }) => tag === 0x7fe00010);
    if (!pixels || pixels.value instanceof Uint8Array || !pixels.value[0]) return;
    const table = new Uint8Array(4 * random.integer(8));
    for (let at = 0; at < table.length; at += 4) viewOf(table).setUint32(at, pick(wideEdges, random), true);
    pixels.value[0].content = table;
  },
  "split fragments": (tree, random) => {
    const pixels = tree.body.find(({ tag }) => tag === 0x7fe00010);
    if (!pixels || pixels.value instanceof Uint8Array) return;
    const size = pick([2, 16, 100], random);
    pixels.value = pixels.value.flatMap((item, n) => {
      if (n === 0 || !(item.content instanceof Uint8Array)) return [item];
      const { content } = item;
      return Array.from({ length: Math.ceil(content.length / size) }, (_, k) => ({ content: content.slice(k * size, (k + 1) * size) }));
    });
  },
  "empty fragments": (tree, random) => {
    const pixels = tree.body.find(({ tag }) => tag === 0x7fe00010);
    if (!pixels || pixels.value instanceof Uint8Array) return;
    const count = pick([1, 2, 5000], random);
    pixels.value.splice(
      1 + random.integer(pixels.value.length),
      0,
      ...Array.from({ length: count }, () => ({ content: new Uint8Array() })),
    );
  },
  "fragment length": (tree, random) => {
    const fragments = fragmentsOf(tree);
    if (fragments.length > 0) pick(fragments, random).length = pick(wideEdges, random);
  },
};
