import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Me } from "../../api/session.ts";
import type { ReadResult } from "../../findings/read-result.ts";
import { shownFindings } from "../../findings/shown-findings.ts";
import type { RejectionReason, VerdictGiven } from "../../findings/verdict-record.ts";
import { composeReport, subjectOf } from "../../report/compose.ts";
import type { Vector3 } from "../../volume/space.ts";
import { FaultLine } from "../fault-line.tsx";
import type { Server } from "../session/server.ts";
import { useWords } from "../words/use-words.ts";
import { Blocks } from "./blocks.tsx";
import { FindingsList } from "./findings-list.tsx";
import { type Command, commandOf } from "./keys.ts";
import type { Planes } from "./planes.ts";
import { useStudy } from "./use-study.ts";
import type { Verdicts } from "./use-verdicts.ts";
import { Viewer } from "./viewer.tsx";

export interface ReadingProps {
  readonly studyInstanceUid: string;
  readonly me: Me;
  readonly server: Server;
  readonly verdicts: Verdicts;
  readonly onLeave: () => void;
}

const cineMs = 80;

/** One examination: its images, the marks beside them, and what follows from the reader's verdicts. */
export function Reading({ studyInstanceUid, me, server, verdicts, onLeave }: ReadingProps) {
  const words = useWords();
  const { detail, fault } = useStudy(server, studyInstanceUid, verdicts);
  const result = detail?.result ?? null;
  const findings = useMemo(() => (result === null ? [] : result.analyses.flatMap(shownFindings)), [result]);
  const [wanted, setWanted] = useState<string | null>(null);
  const [asksReason, setAsksReason] = useState(false);
  const [crossMm, setCrossMm] = useState<Vector3 | null>(null);
  const [planes, setPlanes] = useState<Planes | null>(null);
  const [playing, setPlaying] = useState(false);
  const saidBefore = useRef<string[]>([]);
  const chosen = findings.find(({ trackingUid }) => trackingUid === wanted) ?? findings[0] ?? null;
  const chosenUid = chosen?.trackingUid ?? null;
  const seriesInstanceUid = seriesOf(result, chosen?.seriesInstanceUid);

  const goTo = useCallback(
    (pointMm: Vector3) => {
      setCrossMm(pointMm);
      planes?.goTo(pointMm);
    },
    [planes],
  );
  // Each finding opens at its best slice, in three planes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new reading of the same finding moves nothing
  useEffect(() => {
    if (chosen !== null) goTo(chosen.centerMm);
  }, [chosenUid, goTo]);
  useEffect(() => {
    if (!playing || planes === null) return;
    const beat = setInterval(() => planes.scroll("axial", 1), cineMs);
    return () => clearInterval(beat);
  }, [playing, planes]);

  const choose = (step: number): void => {
    const at = findings.findIndex(({ trackingUid }) => trackingUid === chosenUid);
    const next = findings[Math.max(0, Math.min(findings.length - 1, at + step))];
    setAsksReason(false);
    if (next !== undefined) setWanted(next.trackingUid);
  };
  const verdict = (says: VerdictGiven["says"], trackingUid: string, reason: RejectionReason | null = null): void => {
    if (!me.may.includes("verdict.give")) return;
    if (says !== "withdrawn") saidBefore.current.push(trackingUid);
    verdicts.say(studyInstanceUid, { trackingUid, says, reason });
  };
  const undo = (): void => {
    const last = saidBefore.current.pop();
    if (last === undefined) return;
    verdict("withdrawn", last);
    setWanted(last);
  };
  const judge = (says: "accepted" | "rejected", reason: RejectionReason | null): void => {
    setAsksReason(false);
    if (chosenUid !== null) verdict(says, chosenUid, reason);
    choose(1);
  };
  const acts: { readonly [Kind in Command["kind"]]: (command: Extract<Command, { kind: Kind }>) => void } = {
    next: () => choose(1),
    previous: () => choose(-1),
    accept: () => judge("accepted", null),
    reject: () => setAsksReason(chosenUid !== null),
    reason: ({ reason }) => judge("rejected", reason),
    undo,
    leave: () => (asksReason ? setAsksReason(false) : onLeave()),
    cine: () => setPlaying(!playing),
    window: ({ window }) => planes?.window(window),
    tool: ({ tool }) => planes?.left(tool),
    scroll: ({ slices }) => planes?.scroll("axial", slices),
  };
  const act = (command: Command): void => (acts[command.kind] as (given: Command) => void)(command);
  const latestAct = useRef(act);
  latestAct.current = act;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const command = commandOf(event, asksReason);
      if (command === null) return;
      event.preventDefault();
      latestAct.current(command);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [asksReason]);

  return (
    <main className="reading">
      {seriesInstanceUid === null ? (
        <p className="viewer">{detail === null ? "" : words("web.no-images")}</p>
      ) : (
        <Viewer
          server={server}
          studyInstanceUid={studyInstanceUid}
          seriesInstanceUid={seriesInstanceUid}
          findings={findings.filter((finding) => finding.seriesInstanceUid === seriesInstanceUid)}
          chosen={chosenUid}
          crossMm={crossMm}
          onCross={goTo}
          onPlanes={setPlanes}
        />
      )}
      <aside>
        <FaultLine fault={fault ?? verdicts.refused} />
        {verdicts.waiting > 0 && <p role="status">{words("web.verdicts-waiting", { count: verdicts.waiting })}</p>}
        <h1>{result === null ? words("page.description") : subjectOf(result)}</h1>
        {detail !== null && detail.study.state !== "read" && (
          <p role="status">{[words(`page.state-${detail.study.state}`), ...detail.study.because.map(({ text }) => text)].join(" ")}</p>
        )}
        {result !== null && (
          <>
            <FindingsList findings={findings} language={server.language} chosen={chosenUid} asksReason={asksReason} onChoose={setWanted} />
            <Report result={result} server={server} />
          </>
        )}
        <p className="keys">{words("web.reading-keys")}</p>
      </aside>
    </main>
  );
}

/** What the report says as the verdicts stand. */
function Report({ result, server }: { readonly result: ReadResult; readonly server: Server }) {
  const report = useMemo(() => composeReport(result, { findings: {}, overviews: [] }, server.language), [result, server.language]);
  return (
    <article className="report">
      <h2>{report.title}</h2>
      <p className="warning">{report.statusDetail}</p>
      {report.sections.map(({ heading, blocks }, index) => (
        <details key={heading} open={index === 1}>
          <summary>{heading}</summary>
          <Blocks blocks={blocks} />
        </details>
      ))}
    </article>
  );
}

/** The series that holds the finding; else the first that an analysis read; else the first. */
function seriesOf(result: ReadResult | null, ofFinding: string | undefined): string | null {
  if (ofFinding !== undefined) return ofFinding;
  const chosen = result?.series.find(({ role }) => role !== null) ?? result?.series[0];
  return chosen?.seriesInstanceUid ?? null;
}
