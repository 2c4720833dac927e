const stepBytes = 1 << 20;

/** A kept file from its first byte to its last. */
export async function* wholeFile(
  { read }: { readonly read: (key: string, offset: number, length: number) => Promise<Uint8Array> },
  key: string,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; at += stepBytes) {
    const bytes = await read(key, at, stepBytes);
    if (bytes.length > 0) yield bytes;
    if (bytes.length < stepBytes) return;
  }
}
