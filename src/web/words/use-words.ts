import { createContext, useContext } from "react";
import { type Language, type SayValues, say } from "../../words/say.ts";

export const LanguageOfPage = createContext<Language>("en");

/** What the page says: `say` in the reader's language. */
export function useWords(): (code: string, values?: SayValues) => string {
  const language = useContext(LanguageOfPage);
  return (code, values) => say(language, code, values);
}

const kept = "overread.language";

/** The language chosen here before; else the browser's. */
export function firstLanguage(): Language {
  const chosen = localStorage.getItem(kept);
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(kept, language);
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
}
