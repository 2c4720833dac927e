import { useEffect, useRef } from "react";
import type { Finding } from "../../findings/finding.ts";
import { imageText, kindText, sideText } from "../../report/compose-findings.ts";
import { said } from "../../report/said.ts";
import { type Language, sayNumber } from "../../words/say.ts";
import { useWords } from "../words/use-words.ts";
import { reasonKeys } from "./keys.ts";

export interface FindingsListProps {
  readonly findings: readonly Finding[];
  readonly language: Language;
  readonly chosen: string | null;
  readonly asksReason: boolean;
  readonly onChoose: (trackingUid: string) => void;
}

/** The marks by suspicion; the chosen one with its figures and why the machine marked it. */
export function FindingsList({ findings, language, chosen, asksReason, onChoose }: FindingsListProps) {
  const words = useWords();
  const open = useRef<HTMLLIElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is what moves the list
  useEffect(() => {
    // Newer browsers answer with a promise, which an effect must not return.
    void open.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  if (findings.length === 0) return <p>{words("report.none")}</p>;
  return (
    <ol className="findings">
      {findings.map((finding, index) => {
        const isChosen = finding.trackingUid === chosen;
        return (
          <li key={finding.trackingUid} ref={isChosen ? open : null} className={`${finding.verdict ?? "open"} ${isChosen ? "chosen" : ""}`}>
            <button type="button" className="plain" aria-current={isChosen} onClick={() => onChoose(finding.trackingUid)}>
              <strong>{index + 1}</strong>
              <span>{kindText(finding, language)}</span>
              <span>{sideText(finding, language)}</span>
              <span>{diameterOf(finding)}</span>
              <span className="verdict">{words(`web.verdict-${finding.verdict ?? "open"}`)}</span>
            </button>
            {isChosen && (
              <div className="detail">
                {asksReason && (
                  <p className="ask" role="alert">
                    {words("web.why-rejected")}{" "}
                    {Object.entries(reasonKeys).map(([code, reason]) => (
                      <kbd key={code}>
                        {code.slice(-1)} {words(`web.reason-${reason}`)}
                      </kbd>
                    ))}
                  </p>
                )}
                <Figures finding={finding} language={language} />
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Figures({ finding, language }: { readonly finding: Finding; readonly language: Language }) {
  const words = useWords();
  const facts: (readonly [label: string, value: string])[] = [
    ...finding.measurements.map(
      ({ plane, longAxisMm, shortAxisMm }) =>
        [words("report.col-axes", { plane }), `${sayNumber(longAxisMm, 1)} × ${sayNumber(shortAxisMm, 1)}`] as const,
    ),
    ...(finding.volumeMm3 === null ? [] : [[words("report.col-volume"), sayNumber(finding.volumeMm3, 0)] as const]),
    ...(finding.meanHu === null ? [] : [[words("report.col-hu"), sayNumber(finding.meanHu, 0)] as const]),
    [words("report.col-score"), sayNumber(finding.score, 2)],
    [words("web.image"), imageText(finding, language)],
  ];
  const lists = [
    { label: words("report.why"), reasons: finding.because },
    { label: words("report.limits"), reasons: finding.flags },
    { label: words("web.since-prior"), reasons: finding.comparison?.because ?? [] },
  ];
  return (
    <>
      <dl>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {lists
        .filter(({ reasons }) => reasons.length > 0)
        .map(({ label, reasons }) => (
          <section key={label}>
            <h4>{label}</h4>
            <ul>
              {reasons.map((each) => (
                <li key={each.code + each.text}>{said(language, each)}</li>
              ))}
            </ul>
          </section>
        ))}
    </>
  );
}

function diameterOf({ measurements }: Finding): string {
  const axial = measurements.find(({ plane }) => plane === "axial") ?? measurements[0];
  return axial === undefined ? "" : `${sayNumber(axial.meanDiameterMm, 1)} mm`;
}
