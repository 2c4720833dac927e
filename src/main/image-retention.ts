import { Fault } from "../base/fault.ts";
import { removeFiles, withAgedImages } from "../store/aged-images.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import { type Retention, retainStudies } from "../workflow/retain-studies.ts";
import { logUnexpected } from "./server-log.ts";
import type { Station } from "./station.ts";

const sweepEveryMs = 60_000;
/** Senders come back soon. */
const sweepWhenFullMs = 5000;

type Receive = (object: ArrivingObject) => Promise<Received>;

/** Removes images that are not to be kept, and takes none in where the quota leaves no room. */
export class ImageRetention {
  readonly #station: Pick<Station, "database" | "pixels">;
  readonly #retention: Retention;
  /** As the last sweep counted them, with what came in since. */
  #keptBytes = 0;

  constructor(station: Pick<Station, "database" | "pixels">, retention: Retention) {
    this.#station = station;
    this.#retention = retention;
  }

  readonly isFull = (): boolean => this.#retention.quotaBytes !== null && this.#keptBytes >= this.#retention.quotaBytes;

  /** The same way in, as long as there is room. It throws Fault output.quota-reached where there is none, before it takes a byte. */
  readonly within =
    (receive: Receive): Receive =>
    async (object) => {
      if (this.isFull()) throw new Fault("output.quota-reached");
      return receive({ ...object, file: this.#counted(object.file) });
    };

  /** Sweeps until the signal aborts. */
  async sweepUntil(signal: AbortSignal, pause: (ms: number, signal: AbortSignal) => Promise<void>): Promise<void> {
    const { keepMs, quotaBytes } = this.#retention;
    if (keepMs === null && quotaBytes === null) return;
    while (!signal.aborted) {
      const more = await this.#sweep().catch((error: unknown) => {
        // The database is away: the next sweep does it.
        logUnexpected(error);
        return false;
      });
      if (!more) await pause(this.isFull() ? sweepWhenFullMs : sweepEveryMs, signal);
    }
  }

  /** @returns whether there may be more to remove */
  async #sweep(): Promise<boolean> {
    const { database, pixels } = this.#station;
    const now = new Date();
    const swept = await withAgedImages(database, now, (images) => retainStudies(this.#retention, now, images));
    if (swept !== null) this.#keptBytes = swept.keptBytes;
    while (await removeFiles(database, pixels.remove));
    return swept?.more ?? false;
  }

  async *#counted(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of file) {
      this.#keptBytes += piece.length;
      yield piece;
    }
  }
}
