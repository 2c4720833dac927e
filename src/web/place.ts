import { useCallback, useSyncExternalStore } from "react";

/** Where a reader is. The address holds study UIDs and filters, never a name or an ID of a patient. */
export type Place = { readonly page: "worklist"; readonly query: string } | { readonly page: "study"; readonly studyInstanceUid: string };

/** @param address path and query */
export function placeOf(address: string): Place {
  const { pathname, search } = new URL(address, "http://page");
  const study = /^\/studies\/([\d.]{1,64})$/.exec(pathname);
  return study?.[1] === undefined ? { page: "worklist", query: search } : { page: "study", studyInstanceUid: study[1] };
}

export const pathOf = (studyInstanceUid: string): string => `/studies/${studyInstanceUid}`;

/** The address of the page and what changes it; the browser's own back and forward work. */
export function usePlace(): readonly [string, (address: string) => void] {
  const address = useSyncExternalStore(listen, () => location.pathname + location.search);
  const go = useCallback((to: string) => {
    if (to === location.pathname + location.search) return;
    // Another filter of the same list is no new place to go back from.
    const same = new URL(to, location.href).pathname === location.pathname;
    history[same ? "replaceState" : "pushState"](null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, []);
  return [address, go];
}

function listen(changed: () => void): () => void {
  addEventListener("popstate", changed);
  return () => removeEventListener("popstate", changed);
}
