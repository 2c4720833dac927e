import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ServerEvent } from "../../api/event.ts";
import { StudyDetail } from "../../api/study.ts";
import type { VerdictGiven } from "../../findings/verdict-record.ts";
import type { Server } from "../session/server.ts";
import { VerdictQueue } from "./verdict-queue.ts";

export interface StudyInReading {
  /** Null until it is here. */
  readonly detail: StudyDetail | null;
  readonly fault: unknown;
  /** Words of this reader that the server has not confirmed yet. */
  readonly waiting: number;
  readonly say: (given: VerdictGiven) => void;
}

/** A study with its findings; verdicts stand at once and are said to the server behind that. */
export function useStudy(server: Server, studyInstanceUid: string, account: string): StudyInReading {
  const [detail, setDetail] = useState<StudyDetail | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [waiting, setWaiting] = useState(0);
  const [, setSaid] = useState(0);
  const path = `/api/studies/${studyInstanceUid}`;
  const reload = useCallback(async () => {
    try {
      setDetail(await server.get(path, StudyDetail));
      setFault(null);
    } catch (error) {
      setFault(error);
    }
  }, [server, path]);
  const latestReload = useRef(reload);
  latestReload.current = reload;

  const queue = useMemo(
    () =>
      new VerdictQueue(account, {
        storage: localStorage,
        send: async (word) => {
          await server.send("POST", `/api/studies/${word.studyInstanceUid}/verdicts`, word.given);
          // Category, risk and next step follow from it.
          if (word.studyInstanceUid === studyInstanceUid) await latestReload.current();
        },
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        changed: (state) => {
          setWaiting(state.waiting);
          if (state.refused !== null) setFault(state.refused);
        },
      }),
    [account, server, studyInstanceUid],
  );
  useEffect(() => void reload(), [reload]);
  useEffect(() => {
    const source = new EventSource("/api/events");
    source.addEventListener("study", (event) => {
      const said = ServerEvent.parse({ event: "study", ...(JSON.parse(event.data) as object) });
      if (said.studyInstanceUid === studyInstanceUid) void latestReload.current();
    });
    return () => source.close();
  }, [studyInstanceUid]);

  const say = useCallback(
    (given: VerdictGiven) => {
      queue.say(studyInstanceUid, given);
      setSaid((count) => count + 1);
    },
    [queue, studyInstanceUid],
  );
  return { detail: detail === null ? null : withWaiting(detail, queue.waitingOf(studyInstanceUid)), fault, waiting, say };
}

/** What the reader said stands on the screen before the server has heard it. */
function withWaiting(detail: StudyDetail, words: readonly VerdictGiven[]): StudyDetail {
  if (words.length === 0 || detail.result === null) return detail;
  const latest = new Map(words.map((word) => [word.trackingUid, word.says]));
  const analyses = detail.result.analyses.map((analysis) => ({
    ...analysis,
    findings: analysis.findings.map((finding) => {
      const says = latest.get(finding.trackingUid);
      return says === undefined ? finding : { ...finding, verdict: says === "withdrawn" ? null : says };
    }),
  }));
  return { ...detail, result: { ...detail.result, analyses } };
}
