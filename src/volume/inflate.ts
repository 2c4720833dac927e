/**
 * Unpacks a gzip or zlib stream up to a number of bytes; what would come after is never unpacked, so a small file cannot fill the memory.
 * @param wanted is asked with the bytes so far until it answers how many there are to be; undefined asks for more first
 * @returns exactly that many bytes, or fewer where the stream ends early or is broken
 */
export async function inflate(
  packed: Uint8Array,
  format: "gzip" | "deflate",
  wanted: (soFar: Uint8Array) => number | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  let held = new Uint8Array(1 << 16);
  let length = 0;
  let target: number | undefined;
  try {
    while (target === undefined || length < target) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > held.length) held = enlarged(held, Math.max(2 * held.length, length + value.length, target ?? 0));
      held.set(value, length);
      length += value.length;
      if (target === undefined) {
        target = wanted(held.subarray(0, length));
        if (target !== undefined && target > held.length) held = enlarged(held, Math.min(target, 64 * packed.length + held.length));
      }
    }
  } catch {
    // A broken stream gives what came before the break; the caller sees that it is too short.
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return held.slice(0, Math.min(length, target ?? length));
}

function enlarged(held: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(held);
  return larger;
}
