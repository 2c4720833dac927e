/** The same bytes in larger pieces: each of `stepBytes` or a little more, the last of what is left. */
export async function* inSteps(stream: AsyncIterable<Uint8Array>, stepBytes: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const piece of stream) {
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes < stepBytes) continue;
    const step = Buffer.concat(held);
    // Nothing is held twice while the step is in work.
    held = [];
    heldBytes = 0;
    yield step;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}
