import { wholeFile } from "./whole-file.ts";

interface From {
  readonly read: (key: string, offset: number, length: number) => Promise<Uint8Array>;
  readonly list: (prefix: string) => AsyncIterable<string>;
}
interface To extends Pick<From, "list"> {
  readonly put: (key: string, bytes: AsyncIterable<Uint8Array>) => Promise<unknown>;
}

/**
 * Copies files from one place to another under their keys. Images that are there already, as after a copy that broke off, are not copied again: their keys
 * are never used twice. Results are, as a reading run again replaces them.
 * @returns how many were copied
 */
export async function copyPixels(from: From, to: To, signal: AbortSignal): Promise<number> {
  const there = to.list("")[Symbol.asyncIterator]();
  let known = await there.next();
  let files = 0;
  // Both lists are in the order of their characters.
  for await (const key of from.list("")) {
    signal.throwIfAborted();
    while (known.done !== true && known.value < key) known = await there.next();
    if (known.done !== true && known.value === key && !key.startsWith("results/")) continue;
    await to.put(key, wholeFile(from, key));
    files += 1;
  }
  return files;
}
