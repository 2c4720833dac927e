import type { Me } from "../../api/session.ts";
import type { Language } from "../../words/say.ts";
import { useWords } from "../words/use-words.ts";
import type { Server } from "./server.ts";

export interface TopBarProps {
  readonly me: Me;
  readonly server: Server;
  readonly onLanguage: (language: Language) => void;
  readonly onHome: () => void;
}

/** Who is signed in, the language, and what must be said on every page. */
export function TopBar({ me, server, onLanguage, onHome }: TopBarProps) {
  const words = useWords();
  const leave = (): void => void server.send("POST", "/api/logout").finally(() => location.assign("/"));
  return (
    <header className="top-bar">
      <button type="button" className="plain brand" onClick={onHome}>
        Overread
      </button>
      <p className="warning">{words("web.unconfirmed")}</p>
      <p className="spread">{me.account}</p>
      <select
        aria-label={words("web.language")}
        value={server.language}
        onChange={(event) => onLanguage(event.target.value === "zh" ? "zh" : "en")}
      >
        <option value="en">English</option>
        <option value="zh">简体中文</option>
      </select>
      <button type="button" onClick={leave}>
        {words("page.sign-out")}
      </button>
    </header>
  );
}
