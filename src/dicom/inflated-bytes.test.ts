import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { inflatedBytes } from "./inflated-bytes.ts";

const whole = new Uint8Array(400_000).map((_, n) => (n * 7919) >> 5);
const packed = deflateRawSync(whole);
const reader = (bytes: Uint8Array, front?: Uint8Array) =>
  inflatedBytes(async (offset, length) => bytes.subarray(offset, offset + length), front);

test("any window is read, forwards and back, and fewer bytes only at the end", async () => {
  const { read, close } = reader(packed);
  for (const [from, to] of [[0, 10], [5, 200_000], [399_990, 400_000], [70_000, 70_001], [0, 400_000]] as const) // biome-ignore format: pairs
    expect(Buffer.from(await read(from, to - from)).equals(whole.subarray(from, to)), `${from} … ${to}`).toBe(true);
  expect(await read(399_990, 100)).toHaveLength(10);
  expect(await read(500_000, 100)).toHaveLength(0);
  await close();
});

test("what stands in front counts", async () => {
  const front = Uint8Array.of(1, 2, 3);
  expect([...(await reader(packed, front).read(1, 4))]).toEqual([2, 3, whole[0], whole[1]]);
});

test("a stream that is cut or broken ends there", async () => {
  expect((await reader(packed.subarray(0, packed.length / 2)).read(0, 400_000)).length).toBeLessThan(400_000);
  const broken = packed.slice();
  broken.fill(0xff, broken.length / 2);
  const { read } = reader(broken);
  expect(await read(0, 100)).toHaveLength(100);
  expect((await read(0, 400_000)).length).toBeLessThan(400_000);
  expect(await reader(Uint8Array.of(7, 7, 7)).read(0, 10)).toHaveLength(0);
});

test("of many zeros only what is asked for stands in memory", async () => {
  const bomb = deflateRawSync(new Uint8Array(2 ** 27));
  const before = process.memoryUsage().arrayBuffers;
  const { read, close } = reader(bomb);
  expect(await read(2 ** 27 - 1000, 1000)).toEqual(Buffer.alloc(1000));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  await close();
});
