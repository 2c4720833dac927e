import type { SeededRandom } from "../../src/base/seeded-random.ts";

/** One random entry. */
export function pick<Item>(items: readonly Item[], random: SeededRandom): Item {
  const item = items[random.integer(items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}

/** Whole numbers at the edges of their width. */
export const edges = [0, 1, 2, 3, 7, 8, 16, 17, 31, 32, 33, 64, 127, 128, 255, 256, 4095, 32767, 32768, 65534, 65535] as const;
export const wideEdges = [...edges, 65536, 2 ** 20, 2 ** 24, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 9, 2 ** 32 - 2, 2 ** 32 - 1] as const;

const at = (bytes: Uint8Array, random: SeededRandom): number => random.integer(Math.max(1, bytes.length));
const span = (bytes: Uint8Array, random: SeededRandom): [number, number] => {
  const from = at(bytes, random);
  return [from, from + 1 + random.integer(1 + Math.min(512, bytes.length - from))];
};
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** What can befall bytes without knowing what they mean: new bytes from old ones, and another seed to splice from. */
export const byteMutations: Readonly<Record<string, (bytes: Uint8Array, random: SeededRandom, other: Uint8Array) => Uint8Array>> = {
  "flip bits": (bytes, random) => {
    const out = bytes.slice();
    for (let n = 1 + random.integer(8); n > 0; n--) out[at(out, random)]! ^= 1 << random.integer(8);
    return out;
  },
  "set bytes": (bytes, random) => {
    const out = bytes.slice();
    for (let n = 1 + random.integer(16); n > 0; n--)
      out[at(out, random)] = pick([0, 1, 0x7f, 0x80, 0xfe, 0xff, random.integer(256)], random);
    return out;
  },
  "random chunk": (bytes, random) => {
    const [from, to] = span(bytes, random);
    return bytes
      .slice()
      .fill(random.integer(256), from, to)
      .map((byte, n) => (n >= from && n < to && n % 3 ? random.integer(256) : byte));
  },
  truncate: (bytes, random) => bytes.slice(0, at(bytes, random)),
  duplicate: (bytes, random) => {
    const [from, to] = span(bytes, random);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  remove: (bytes, random) => {
    const [from, to] = span(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  insert: (bytes, random) => {
    const place = at(bytes, random);
    return joined(
      bytes.subarray(0, place),
      new Uint8Array(1 + random.integer(64)).map(() => random.integer(256)),
      bytes.subarray(place),
    );
  },
  splice: (bytes, random, other) => joined(bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random))),
  "length field": (bytes, random) => {
    const out = bytes.slice();
    const view = new DataView(out.buffer);
    const place = at(out, random) & ~1;
    if (place + 4 <= out.length) view.setUint32(place, pick(wideEdges, random), random.uniform() < 0.8);
    return out;
  },
};
