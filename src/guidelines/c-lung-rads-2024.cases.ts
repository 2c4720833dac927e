import type { Case, Stated } from "./stated.ts";

const of = (kind: Stated["kind"], meanMm: number, solidMeanMm?: number): Stated => ({
  calcification: "none",
  ...(kind && { kind }),
  meanMm,
  ...(solidMeanMm !== undefined && { solidMeanMm }),
});
const c = (title: string, stated: Stated, rule: string): Case => ({ title, stated, rule });

/** Level 2 and 3 always leave level 4 possible: that case is told apart in the test. */
export const cLungRads2024Cases: readonly Case[] = [
  c("benign calcification", { ...of("solid", 20), calcification: "benign" }, "0-benign-calcification"),
  c("solid 5.9 mm", of("solid", 5.9), "1-solid"),
  c("solid 6.0 mm", of("solid", 6), "2-solid"),
  c("solid 9.9 mm", of("solid", 9.9), "2-solid"),
  c("solid 10.0 mm", of("solid", 10), "3-solid"),
  c("solid 17.9 mm", of("solid", 17.9), "3-solid"),
  c("solid 18.0 mm", of("solid", 18), "4-solid"),
  c("part-solid 5.9 mm", of("part-solid", 5.9, 5), "1-part-solid"),
  c("part-solid 6.0 mm with 5.9 mm solid", of("part-solid", 6, 5.9), "2-part-solid"),
  c("part-solid 12.0 mm with 6.0 mm solid", of("part-solid", 12, 6), "3-part-solid"),
  c("part-solid 12.0 mm with 9.9 mm solid", of("part-solid", 12, 9.9), "3-part-solid"),
  c("part-solid 12.0 mm with 10.0 mm solid", of("part-solid", 12, 10), "4-part-solid"),
  c("ground glass 5.9 mm", of("non-solid", 5.9), "1-non-solid"),
  c("ground glass 6.0 mm", of("non-solid", 6), "2-non-solid"),
  c("ground glass 19.9 mm", of("non-solid", 19.9), "2-non-solid"),
  c("ground glass 20.0 mm", of("non-solid", 20), "3-non-solid"),
];
