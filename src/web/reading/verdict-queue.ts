import { z } from "zod";
import { VerdictGiven } from "../../findings/verdict-record.ts";
import { NoAnswer } from "../session/server.ts";

/** A word of a reader that the server has not confirmed yet. */
const Waiting = z.strictObject({ studyInstanceUid: z.string(), given: VerdictGiven });
export type Waiting = z.infer<typeof Waiting>;

export interface VerdictQueuePorts {
  /** Kept through a reload or a crash: the browser's storage. Holds UIDs and verdicts, nothing of a patient. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** @throws NoAnswer while the network is away; others where the server refuses */
  readonly send: (word: Waiting) => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
  /** How many words wait, and what the server refused. */
  readonly changed: (state: { readonly waiting: number; readonly refused: unknown }) => void;
}

const firstWaitMs = 500;
const longestWaitMs = 15_000;

/** Says verdicts to the server in the order they were given, again and again until each is answered; what is not said yet survives a reload. */
export class VerdictQueue {
  readonly #key: string;
  readonly #ports: VerdictQueuePorts;
  #running = false;

  /** @param account whose words these are: nobody says another's */
  constructor(account: string, ports: VerdictQueuePorts) {
    this.#key = `overread.waiting.${account}`;
    this.#ports = ports;
  }

  /** Says what was left from before. */
  readonly begin = (): void => void this.#run(null);

  readonly say = (studyInstanceUid: string, given: VerdictGiven): void => {
    this.#keep([...this.#kept(), { studyInstanceUid, given }]);
    void this.#run(null);
  };

  /** The words that wait for one study, in order. */
  readonly waitingOf = (studyInstanceUid: string): VerdictGiven[] =>
    this.#kept()
      .filter((word) => word.studyInstanceUid === studyInstanceUid)
      .map(({ given }) => given);

  async #run(refused: unknown): Promise<void> {
    const { send, wait, changed } = this.#ports;
    changed({ waiting: this.#kept().length, refused });
    if (this.#running) return;
    this.#running = true;
    let waitMs = firstWaitMs;
    for (let [word] = this.#kept(); word !== undefined; [word] = this.#kept()) {
      let because: unknown = null;
      try {
        await send(word);
      } catch (error) {
        if (error instanceof NoAnswer) {
          await wait(waitMs);
          waitMs = Math.min(2 * waitMs, longestWaitMs);
          continue;
        }
        because = error;
      }
      waitMs = firstWaitMs;
      this.#keep(this.#kept().slice(1));
      changed({ waiting: this.#kept().length, refused: because });
    }
    this.#running = false;
  }

  #kept(): Waiting[] {
    const text = this.#ports.storage.getItem(this.#key);
    const words = z.array(Waiting).safeParse(text === null ? [] : JSON.parse(text));
    return words.success ? words.data : [];
  }

  #keep(words: readonly Waiting[]): void {
    if (words.length === 0) this.#ports.storage.removeItem(this.#key);
    else this.#ports.storage.setItem(this.#key, JSON.stringify(words));
  }
}
