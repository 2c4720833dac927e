import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseTree } from "../../benchmarks/fuzz/dicom-tree.ts";
import { Codecs } from "./codecs.ts";
import type { PixelFormat } from "./image-file.ts";
import type { PackedCodec } from "./transfer-syntax.ts";

const format: PixelFormat = {
  rows: 32,
  columns: 32,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  bitsAllocated: 16,
  bitsStored: 12,
  highBit: 11,
  signed: false,
};

/** The pixel data of a seed of the fuzzer, and the codestream in them. */
function pixelsOf(seed: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(new URL(`../../benchmarks/fuzz/seeds/${seed}.dcm`, import.meta.url)));
  const value = parseTree(bytes).body.find(({ tag }) => tag === 0x7fe00010)?.value;
  const content = value instanceof Uint8Array ? value : value?.[1]?.content;
  if (!(content instanceof Uint8Array)) throw new Error(seed);
  return content;
}

const seeds: readonly (readonly [seed: string, codec: PackedCodec])[] = [
  ["jpeg-lossless", "jpeg"],
  ["jpeg-predictor-6", "jpeg"],
  ["jpeg-ls", "jpeg-ls"],
  ["jpeg-2000", "jpeg-2000"],
  ["htj2k", "htj2k"],
];
const original = Buffer.from(pixelsOf("explicit"));

test("after a decoder has thrown, the next frames come out as if nothing had been", () => {
  const codecs = new Codecs();
  let thrown = 0;
  for (const [seed, codec] of seeds) {
    const sound = pixelsOf(seed);
    for (let cut = 1; cut < 40; cut++) {
      const broken = sound.slice();
      broken.fill(0xff, Math.floor((broken.length * cut) / 40));
      try {
        codecs.decode(broken, codec, format);
      } catch {
        thrown++;
      }
      for (const [other, itsCodec] of seeds)
        expect(original.equals(codecs.decode(pixelsOf(other), itsCodec, format).bytes), `${other} after ${seed} broken at ${cut}`).toBe(
          true,
        );
    }
  }
  expect(thrown).toBeGreaterThan(50);
});

test("a frame that would take more than its share of memory is refused", () => {
  // JPEG 2000 of 65,025 tiles, each of which a decoder makes room for.
  const tiled = pixelsOf("jpeg-2000").slice();
  const view = new DataView(tiled.buffer);
  for (const [at, value] of [[8, 16320], [12, 16320], [24, 64], [28, 64]] as const) view.setUint32(at, value); // biome-ignore format: pairs
  const codecs = new Codecs();
  expect(() => codecs.decode(tiled, "jpeg-2000", { ...format, rows: 16320, columns: 16320 })).toThrow(/memory/);
  expect(original.equals(codecs.decode(pixelsOf("jpeg-2000"), "jpeg-2000", format).bytes)).toBe(true);
});
