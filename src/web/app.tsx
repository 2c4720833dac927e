import { useEffect, useMemo, useState } from "react";
import type { Me } from "../api/session.ts";
import { sayTyped } from "../words/say.ts";
import { pathOf, placeOf, usePlace } from "./place.ts";
import { Reading } from "./reading/reading.tsx";
import { NoAnswer, Server, whoAmI } from "./session/server.ts";
import { TopBar } from "./session/top-bar.tsx";
import { firstLanguage, keepLanguage, LanguageOfPage } from "./words/use-words.ts";
import { Worklist } from "./worklist/worklist.tsx";

/** The whole page: who is signed in, in which language, and where they are. */
export function App() {
  const [language, setLanguage] = useState(firstLanguage);
  const [me, setMe] = useState<Me | "asking" | "away">("asking");
  const [place, go] = usePlace();
  useEffect(() => keepLanguage(language), [language]);
  useEffect(() => {
    whoAmI().then(
      (who) => (who === null ? location.assign("/") : setMe(who)),
      (error: unknown) => {
        if (!(error instanceof NoAnswer)) throw error;
        setMe("away");
      },
    );
  }, []);
  const server = useMemo(() => (typeof me === "string" ? null : new Server(language, me.csrf)), [language, me]);
  if (me === "away") return <p role="alert">{sayTyped(language, "web.server-away")}</p>;
  if (me === "asking" || server === null) return null;
  const at = placeOf(place);
  return (
    <LanguageOfPage value={language}>
      <TopBar me={me} server={server} onLanguage={setLanguage} onHome={() => go("/worklist")} />
      {at.page === "study" ? (
        <Reading key={at.studyInstanceUid} studyInstanceUid={at.studyInstanceUid} me={me} server={server} onLeave={() => go("/worklist")} />
      ) : (
        <Worklist server={server} query={at.query} onQuery={(query) => go(`/worklist${query}`)} onOpen={(uid) => go(pathOf(uid))} />
      )}
    </LanguageOfPage>
  );
}
