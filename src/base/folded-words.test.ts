import { expect, test } from "vitest";
import { searchableText, wordNeedle } from "./folded-words.ts";

const says = (text: string, word: string): boolean => searchableText(text).includes(wordNeedle(word) ?? "?");

test.each([
  ["CT Thorax nativ", "thorax"],
  ["TÓRAX de alta resolución", "torax"],
  ["Schädel", "SCHADEL"],
  ["großes Feld", "grosses"],
  ["Thorax^ThorRoutine_1mm (Adult)", "thor"],
  ["ThoraxRoutine1.5mm", "thorax"],
  ["CTThorax", "ct"],
  ["LUNG_LowDose", "low dose"],
  ["Pulmonary embolism", "pulmon*"],
  ["ＣＨＥＳＴ", "chest"],
  ["胸部CT平扫", "胸"],
  ["胸部CT平扫", "CT"],
  ["低剂量肺癌筛查", "肺癌"],
  ["흉부CT", "흉부"],
  ["ﾁｪｽﾄ", "チェスト"],
  ["MIP", "MiP"],
])("“%s” says “%s”", (text, word) => {
  expect(says(text, word)).toBe(true);
});

test.each([
  ["Oblong field", "long"],
  ["Lungs", "lung"],
  ["Low", "low dose"],
  ["dose low", "low dose"],
  ["Spine", "pine*"],
  ["腹部", "胸部"],
  ["", "chest"],
])("“%s” does not say “%s”", (text, word) => {
  expect(says(text, word)).toBe(false);
});

test("a word without a letter or digit can be looked for nowhere", () => {
  for (const word of ["", "*", " ^ "]) expect(wordNeedle(word)).toBeNull();
});
