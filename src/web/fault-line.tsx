import { NoAnswer, Refusal } from "./session/server.ts";
import { useWords } from "./words/use-words.ts";

/** What went wrong and what to do, in the reader's words; nothing while all is well. */
export function FaultLine({ fault }: { readonly fault: unknown }) {
  const words = useWords();
  if (fault === null || fault === undefined) return null;
  const said = fault instanceof Refusal ? fault.message : words(fault instanceof NoAnswer ? "web.server-away" : "web.unexpected");
  return (
    <p className="fault" role="alert">
      {said}
    </p>
  );
}
