import { StudyState } from "../../findings/study-record.ts";

/** What of the worklist is shown. It stands in the address; what is searched for does not, since that may be a name. */
export interface Filter {
  readonly state: StudyState | null;
}

export function filterOf(query: string): Filter {
  const state = StudyState.safeParse(new URLSearchParams(query).get("state"));
  return { state: state.success ? state.data : null };
}

export const queryOf = ({ state }: Filter): string => (state === null ? "" : `?${new URLSearchParams({ state })}`);
