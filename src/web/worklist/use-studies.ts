import { useCallback, useEffect, useRef, useState } from "react";
import { z } from "zod";
import { WorklistRow } from "../../api/study.ts";
import type { StudyState } from "../../findings/study-record.ts";
import type { Server } from "../session/server.ts";
import { useServerEvents } from "../session/use-server-events.ts";

const pageRows = 200;
/** Many images come in within a second: the list is asked for anew once. */
const restMs = 500;

export interface Studies {
  readonly rows: readonly WorklistRow[];
  readonly state: "asking" | "all" | "more";
  /** Share of the reading done, by study, while it goes on. */
  readonly progress: ReadonlyMap<string, number>;
  readonly fault: unknown;
  /** Asks for the page after the last row. */
  readonly more: () => void;
}

/** The worklist as the server has it, kept up to date by its events. */
export function useStudies(server: Server, state: StudyState | null, search: string): Studies {
  const [rows, setRows] = useState<readonly WorklistRow[]>([]);
  const [standing, setStanding] = useState<Studies["state"]>("asking");
  const [progress, setProgress] = useState<ReadonlyMap<string, number>>(new Map());
  const [fault, setFault] = useState<unknown>(null);
  const shown = useRef(pageRows);
  const asked = useRef<AbortController | null>(null);

  const load = useCallback(async () => {
    asked.current?.abort();
    const asking = new AbortController();
    asked.current = asking;
    try {
      const all: WorklistRow[] = [];
      let whole = false;
      while (!whole && all.length < shown.current) {
        const query = new URLSearchParams({ limit: String(pageRows) });
        if (state !== null) query.set("state", state);
        if (search !== "") query.set("search", search);
        const last = all.at(-1);
        if (last !== undefined) query.set("before", last.lastReceivedAt);
        const page = await server.get(`/api/studies?${query}`, z.array(WorklistRow), asking.signal);
        all.push(...page);
        whole = page.length < pageRows;
      }
      setRows(all);
      setStanding(whole ? "all" : "more");
      setFault(null);
    } catch (error) {
      if (!asking.signal.aborted) setFault(error);
    }
  }, [server, state, search]);

  useEffect(() => {
    shown.current = pageRows;
    setStanding("asking");
    void load();
    return () => asked.current?.abort();
  }, [load]);

  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const anew = (): void => {
    clearTimeout(rest.current);
    rest.current = setTimeout(() => void load(), restMs);
  };
  useEffect(() => () => clearTimeout(rest.current), []);
  useServerEvents((event) => {
    if (event.event === "study") anew();
    else setProgress((before) => new Map(before).set(event.studyInstanceUid, event.fraction));
  }, anew);

  const more = useCallback(() => {
    shown.current = rows.length + pageRows;
    void load();
  }, [load, rows.length]);
  return { rows, state: standing, progress, fault, more };
}
