import { useCallback, useEffect, useState } from "react";
import { StudyDetail } from "../../api/study.ts";
import type { VerdictGiven } from "../../findings/verdict-record.ts";
import type { Server } from "../session/server.ts";
import { useServerEvents } from "../session/use-server-events.ts";
import type { Verdicts } from "./use-verdicts.ts";

export interface StudyInReading {
  /** Null until it is here. */
  readonly detail: StudyDetail | null;
  readonly fault: unknown;
}

/** A study with its findings; verdicts stand at once and are said to the server behind that. */
export function useStudy(server: Server, studyInstanceUid: string, { waitingOf, onConfirmed }: Verdicts): StudyInReading {
  const [detail, setDetail] = useState<StudyDetail | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const reload = useCallback(async () => {
    try {
      setDetail(await server.get(`/api/studies/${studyInstanceUid}`, StudyDetail));
      setFault(null);
    } catch (error) {
      setFault(error);
    }
  }, [server, studyInstanceUid]);
  const reloadIfMine = useCallback(async (uid: string) => (uid === studyInstanceUid ? reload() : undefined), [reload, studyInstanceUid]);
  useEffect(() => void reload(), [reload]);
  // Category, risk and next step follow from what was said.
  useEffect(() => onConfirmed(reloadIfMine), [onConfirmed, reloadIfMine]);
  useServerEvents(
    (event) => event.event === "study" && void reloadIfMine(event.studyInstanceUid),
    () => undefined,
  );
  return { detail: detail === null ? null : withWaiting(detail, waitingOf(studyInstanceUid)), fault };
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
