import { useEffect, useMemo, useState } from "react";
import type { Me } from "../api/session.ts";
import { type Language, sayTyped } from "../words/say.ts";
import { pathOf, placeOf, usePlace } from "./place.ts";
import { Reading } from "./reading/reading.tsx";
import { useVerdicts } from "./reading/use-verdicts.ts";
import { NoAnswer, Server, whoAmI } from "./session/server.ts";
import { TopBar } from "./session/top-bar.tsx";
import { firstLanguage, keepLanguage, LanguageOfPage } from "./words/use-words.ts";
import { Worklist } from "./worklist/worklist.tsx";

/** The whole page: who is signed in, and in which language. */
export function App() {
  const [language, setLanguage] = useState(firstLanguage);
  const [me, setMe] = useState<Me | "asking" | "away">("asking");
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
  return (
    <LanguageOfPage value={language}>
      <Pages me={me} server={server} onLanguage={setLanguage} />
    </LanguageOfPage>
  );
}

interface PagesProps {
  readonly me: Me;
  readonly server: Server;
  readonly onLanguage: (language: Language) => void;
}

/** Where somebody who is signed in is. What they said goes on to the server wherever that is. */
function Pages({ me, server, onLanguage }: PagesProps) {
  const [place, go] = usePlace();
  const verdicts = useVerdicts(server, me.account);
  const goHome = (): void => go("/worklist");
  const at = placeOf(place);
  return (
    <>
      <TopBar me={me} server={server} onLanguage={onLanguage} onHome={goHome} />
      {at.page === "study" ? (
        <Reading
          key={at.studyInstanceUid}
          studyInstanceUid={at.studyInstanceUid}
          me={me}
          server={server}
          verdicts={verdicts}
          onLeave={goHome}
        />
      ) : (
        <Worklist server={server} query={at.query} onQuery={(query) => go(`/worklist${query}`)} onOpen={(uid) => go(pathOf(uid))} />
      )}
    </>
  );
}
