import { exitCode } from "../cli/exit-code.ts";
import { TailHash } from "../store/tail-hash.ts";
import { wholeFile } from "../store/whole-file.ts";
import { say } from "../words/say.ts";
import type { Pixels } from "../workflow/intake-ports.ts";
import { receiveObject } from "../workflow/receive-object.ts";
import { configOf } from "./config.ts";
import { logLine, logUnexpected } from "./server-log.ts";
import { openStation } from "./station.ts";

/**
 * `overread reindex`: enters what lies among the pixels and is not in the index, as after a power cut or with a new database. Each file is received as if
 * it came in now, but stays where it lies; the studies are then read again by the server. What is in the index already is left as it is.
 * @returns the exit code
 * @throws Fault store.folder-in-use while a server runs on the folder
 */
export async function reindex(signal: AbortSignal): Promise<number> {
  const config = configOf(process.env);
  const station = await openStation(config, logUnexpected);
  const { index, pixels } = station;
  const counts = { known: 0, kept: 0, refused: 0 };
  try {
    for await (const key of pixels.list("studies/")) {
      signal.throwIfAborted();
      if (await index.hasPixels(key)) {
        counts.known += 1;
        continue;
      }
      const name = key.slice(key.lastIndexOf("/") + 1);
      const ports = { pixels: inPlace(pixels), index, newName: () => name, now: () => new Date() };
      const object = { file: wholeFile(pixels, key), receivedBy: { way: "folder", from: null }, announced: null } as const;
      const received = await receiveObject(object, ports);
      counts[received.kind] += 1;
      if (received.kind === "refused") logLine("refused", { way: "folder", because: received.because.code });
    }
  } finally {
    await station.close(0);
  }
  console.log(say(config.language, "server.reindexed", counts));
  return exitCode.done;
}

/** A file that is kept already is only looked through. */
const inPlace = ({ move, remove }: Pixels): Pick<Pixels, "put" | "move" | "remove"> => ({
  put: async (_key, stream, hashFrom = 0) => {
    const hash = new TailHash(hashFrom);
    for await (const piece of stream) hash.add(piece);
    return { bytes: hash.bytes, sha256: hash.sha256() };
  },
  move,
  remove,
});
