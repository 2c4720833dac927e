/** Writing without spaces between words: Chinese and Japanese; Korean joins particles to its words. */
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script_Extensions=Katakana}\p{Script=Hangul}`;
const runs = new RegExp(`[${unspaced}]+`, "gu");
const isUnspaced = new RegExp(`[${unspaced}]`, "u");

/** The words of a text with one space around each: width, case and accents folded, ß as ss. */
function folded(text: string): string {
  const plain = text.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").normalize("NFD");
  const words = plain
    .replaceAll(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .replaceAll(runs, " $& ")
    .split(/[^\p{L}\p{N}]+/u);
  return ` ${words.filter((word) => word !== "").join(" ")} `;
}

/** A text as words are looked for in it: as it is written, and again with joined words taken apart ("ThoraxRoutine1mm"). */
export function searchableText(text: string): string {
  const apart = text
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, " ")
    .replaceAll(/(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu, " ");
  return folded(text) + folded(apart);
}

/**
 * What to look for in a searchable text to find a word or a phrase as whole words; of an unspaced script, anywhere. With * at its end it may go on
 * ("pulmon*"). Plain search: no word makes it slow.
 * @returns null when the word holds no letter and no digit
 */
export function wordNeedle(word: string): string | null {
  const inner = folded(word).trim();
  if (inner === "") return null;
  const edge = (character: string | undefined): string => (character !== undefined && isUnspaced.test(character) ? "" : " ");
  return edge(inner[0]) + inner + (word.trimEnd().endsWith("*") ? "" : edge(inner.at(-1)));
}
