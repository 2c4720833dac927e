import { useEffect, useMemo, useRef, useState } from "react";
import type { VerdictGiven } from "../../findings/verdict-record.ts";
import type { Server } from "../session/server.ts";
import { VerdictQueue } from "./verdict-queue.ts";

type Heard = (studyInstanceUid: string) => Promise<void>;

/** A reader's words on their way to the server. */
export interface Verdicts {
  /** How many the server has not confirmed yet, of all studies. */
  readonly waiting: number;
  /** What the server refused last. */
  readonly refused: unknown;
  readonly say: (studyInstanceUid: string, given: VerdictGiven) => void;
  /** Those that wait for one study, in order. */
  readonly waitingOf: (studyInstanceUid: string) => readonly VerdictGiven[];
  /** Hears of each word that was confirmed; it counts as waiting until that has ended. @returns what ends it */
  readonly onConfirmed: (heard: Heard) => () => void;
}

/** One queue for as long as the page is open: two would say the same word twice. */
export function useVerdicts(server: Server, account: string): Verdicts {
  const latest = useRef(server);
  latest.current = server;
  const hearers = useRef(new Set<Heard>());
  const [state, setState] = useState<{ readonly waiting: number; readonly refused: unknown }>({ waiting: 0, refused: null });
  const queue = useMemo(
    () =>
      new VerdictQueue(account, {
        storage: localStorage,
        send: async ({ studyInstanceUid, given }) => {
          await latest.current.send("POST", `/api/studies/${studyInstanceUid}/verdicts`, given);
          await Promise.all([...hearers.current].map((heard) => heard(studyInstanceUid)));
        },
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        changed: setState,
      }),
    [account],
  );
  useEffect(() => queue.begin(), [queue]);
  return useMemo(
    () => ({
      ...state,
      say: queue.say,
      waitingOf: queue.waitingOf,
      onConfirmed: (heard) => {
        hearers.current.add(heard);
        return () => void hearers.current.delete(heard);
      },
    }),
    [state, queue],
  );
}
