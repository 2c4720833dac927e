import { useEffect, useRef } from "react";
import { ServerEvent } from "../../api/event.ts";

/**
 * Hears what happens on the server, in all its processes, for as long as the part of the page is shown.
 * @param connected told when the stream opens: what happened before, or while it was interrupted, was not heard
 */
export function useServerEvents(heard: (event: ServerEvent) => void, connected: () => void): void {
  const latest = useRef({ heard, connected });
  latest.current = { heard, connected };
  useEffect(() => {
    const source = new EventSource("/api/events");
    const said = ({ type, data }: MessageEvent<string>): void =>
      latest.current.heard(ServerEvent.parse({ event: type, ...(JSON.parse(data) as object) }));
    for (const type of ["study", "progress"]) source.addEventListener(type, said);
    source.addEventListener("open", () => latest.current.connected());
    return () => source.close();
  }, []);
}
