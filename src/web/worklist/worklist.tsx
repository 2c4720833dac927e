import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { StudyState } from "../../findings/study-record.ts";
import { FaultLine } from "../fault-line.tsx";
import type { Server } from "../session/server.ts";
import { useWords } from "../words/use-words.ts";
import { filterOf, queryOf } from "./filter.ts";
import { worklistKeys } from "./keys.ts";
import { StudyRow } from "./study-row.tsx";
import { useStudies } from "./use-studies.ts";

export interface WorklistProps {
  readonly server: Server;
  /** Query of the address. */
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly onOpen: (studyInstanceUid: string) => void;
}

const rowPx = 48;
const columns = ["state", "patient", "age", "study-date", "description", "glance"] as const;

/** What came in, the latest first. Keys: J/K or arrows, Enter opens, / searches. */
export function Worklist({ server, query, onQuery, onOpen }: WorklistProps) {
  const words = useWords();
  const { state } = filterOf(query);
  const [search, setSearch] = useState("");
  const { rows, state: standing, progress, fault, more } = useStudies(server, state, search);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => list.current, estimateSize: () => rowPx, overscan: 12 });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (standing === "more" && lastSeen >= rows.length - 20) more();
  }, [standing, lastSeen, rows.length, more]);

  const open = (study = rows[at]): void => {
    if (study !== undefined) onOpen(study.studyInstanceUid);
  };
  const press = (event: KeyboardEvent): void => {
    const command = worklistKeys[event.code];
    if (command === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (command.kind === "open") open();
    if (command.kind === "search") field.current?.focus();
    if (command.kind === "move") {
      const next = Math.max(0, Math.min(rows.length - 1, at + command.by));
      setAt(next);
      virtual.scrollToIndex(next);
    }
  };
  useEffect(() => list.current?.focus(), []);

  return (
    <main className="worklist">
      <search>
        <h1>{words("page.worklist")}</h1>
        <label>
          {words("web.search")}
          <input
            ref={field}
            type="search"
            value={search}
            autoComplete="off"
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && list.current?.focus()}
          />
        </label>
        <label>
          {words("page.state")}
          <select
            value={state ?? ""}
            onChange={(event) => onQuery(queryOf({ state: StudyState.safeParse(event.target.value).data ?? null }))}
          >
            <option value="">{words("web.all-states")}</option>
            {StudyState.options.map((each) => (
              <option key={each} value={each}>
                {words(`page.state-${each}`)}
              </option>
            ))}
          </select>
        </label>
        <p className="spread keys">{words("web.worklist-keys")}</p>
      </search>
      <FaultLine fault={fault} />
      <div className="row head" aria-hidden="true">
        {columns.map((column) => (
          <span key={column}>{words(column === "age" || column === "glance" ? `web.${column}` : `page.${column}`)}</span>
        ))}
      </div>
      <div
        ref={list}
        className="rows"
        role="listbox"
        tabIndex={0}
        aria-label={words("page.worklist")}
        aria-activedescendant={rows[at] === undefined ? undefined : `study-${at}`}
        onKeyDown={press}
      >
        {rows.length === 0 && standing !== "asking" && (
          <p className="empty">{words(search === "" && state === null ? "web.no-studies" : "web.no-match")}</p>
        )}
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {items.map(({ index, start }) => {
            const study = rows[index];
            if (study === undefined) return null;
            return (
              <StudyRow
                key={study.studyInstanceUid}
                id={`study-${index}`}
                study={study}
                fraction={progress.get(study.studyInstanceUid) ?? null}
                topPx={start}
                chosen={index === at}
                onChoose={() => setAt(index)}
                onOpen={() => open(study)}
              />
            );
          })}
        </div>
      </div>
    </main>
  );
}
