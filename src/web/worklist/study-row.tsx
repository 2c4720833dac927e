import { useContext } from "react";
import type { WorklistRow } from "../../api/study.ts";
import type { Glance } from "../../findings/glance.ts";
import { sayDate, sayPersonName } from "../../report/said.ts";
import { LanguageOfPage, useWords } from "../words/use-words.ts";

export interface StudyRowProps {
  readonly id: string;
  readonly study: WorklistRow;
  /** Share of the reading done; null: none goes on. */
  readonly fraction: number | null;
  readonly topPx: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}

/** One study of the worklist. */
export function StudyRow({ id, study, fraction, topPx, chosen, onChoose, onOpen }: StudyRowProps) {
  const words = useWords();
  const gone = study.imagesRemovedAt === null ? [] : [words("page.images-removed", { date: study.imagesRemovedAt.slice(0, 10) })];
  const reasons = [...study.because.map(({ text }) => text), ...gone].join(" ");
  const state = words(`page.state-${study.state}`);
  const share = study.state === "reading" && fraction !== null ? ` ${Math.round(100 * fraction)} %` : "";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list holds the focus and names its active option
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      className={`row state-${study.state}`}
      style={{ transform: `translateY(${topPx}px)` }}
      title={reasons}
      onClick={onChoose}
      onDoubleClick={onOpen}
    >
      <span>
        {state}
        {share}
      </span>
      <span>
        {[study.patient.name === null ? "" : sayPersonName(study.patient.name), study.patient.id ?? ""]
          .filter((each) => each !== "")
          .join(" · ")}
      </span>
      <span>{study.patient.ageYears ?? ""}</span>
      <span>{study.studyDate === null ? "" : sayDate(study.studyDate)}</span>
      <span>{study.studyDescription ?? ""}</span>
      <span>{study.glance === null ? reasons : <GlanceWords glance={study.glance} />}</span>
    </div>
  );
}

/** Categories that a list shows, the first that applies. */
const shownGuidelines = { en: ["lung-rads-2022", "c-lung-rads-2024"], zh: ["c-lung-rads-2024", "lung-rads-2022"] };

function GlanceWords({ glance: { findings, largestMm, categories, changes } }: { readonly glance: Glance }) {
  const words = useWords();
  const language = useContext(LanguageOfPage);
  const guideline = shownGuidelines[language].find((each) => categories[each] !== undefined);
  const parts = [
    words("web.glance-marks", { count: findings }),
    ...(largestMm === null ? [] : [words("web.glance-largest", { largestMm })]),
    ...(guideline === undefined ? [] : [`${words(`guideline.${guideline}`)} ${categories[guideline]}`]),
    ...changes.filter((change) => change === "grown" || change === "new").map((change) => words(`word.change-${change}`)),
  ];
  return parts.join(" · ");
}
