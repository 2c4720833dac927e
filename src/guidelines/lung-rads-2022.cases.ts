import type { Case, Stated } from "./stated.ts";

/** Said to be absent, so that only the table cell in question decides. */
export const plain: Stated = {
  calcification: "none",
  fat: "no",
  airway: "no",
  cyst: "no",
  juxtapleural: "no",
  suspiciousFeatures: "no",
  provenBenign: "no",
  infectionSigns: "no",
};

const solid = (meanMm: number, change: Stated["change"] = "baseline"): Stated => ({
  ...plain,
  kind: "solid",
  meanMm,
  ...(change && { change }),
});
const ground = (meanMm: number, change: Stated["change"] = "baseline"): Stated => ({ ...solid(meanMm, change), kind: "non-solid" });
const part = (meanMm: number, solidMeanMm: number, change: Stated["change"] = "baseline"): Stated => ({
  ...solid(meanMm, change),
  kind: "part-solid",
  solidMeanMm,
});
const stable = (priorCategory: Stated["priorCategory"], monthsSincePrior: number, more: Stated = {}): Stated => ({
  ...solid(7, "stable"),
  ...(priorCategory && { priorCategory }),
  monthsSincePrior,
  priorMeanMm: 7,
  ...more,
});
const cyst: Stated = { ...plain, cyst: "yes", change: "baseline", cystChange: "none", cystWallMm: 1, cystLocules: "unilocular" };
const laterCyst: Stated = { ...cyst, change: "growing" };

/** What changes so that category 3, 4A and 4B become 4X. */
export const suspicious: Stated = { suspiciousFeatures: "yes" };

const c = (title: string, stated: Stated, rule: string): Case => ({ title, stated, rule });

export const lungRads2022Cases: readonly Case[] = [
  c("complete calcification in a solid nodule of 20 mm", { ...solid(20), calcification: "benign" }, "1-benign-calcification"),
  c("fat in a solid nodule of 20 mm", { ...solid(20), fat: "yes" }, "1-fat"),

  c("solid 5.9 mm at baseline", solid(5.9), "2-solid"),
  c("solid 6.0 mm at baseline", solid(6), "3-solid"),
  c("solid 5.94 mm, printed as 5.9, at baseline", solid(5.94), "2-solid"),
  c("solid 5.95 mm, printed as 6.0, at baseline", solid(5.95), "3-solid"),
  c("solid 7.9 mm at baseline", solid(7.9), "3-solid"),
  c("solid 8.0 mm at baseline", solid(8), "4A-solid"),
  c("solid 14.9 mm at baseline", solid(14.9), "4A-solid"),
  c("solid 15.0 mm at baseline", solid(15), "4B-solid"),
  c("solid 3.9 mm, new", solid(3.9, "new"), "2-solid-new"),
  c("solid 4.0 mm, new", solid(4, "new"), "3-solid-new"),
  c("solid 5.9 mm, new", solid(5.9, "new"), "3-solid-new"),
  c("solid 6.0 mm, new", solid(6, "new"), "4A-solid-new"),
  c("solid 7.9 mm, new", solid(7.9, "new"), "4A-solid-new"),
  c("solid 8.0 mm, new", solid(8, "new"), "4B-solid-new"),
  c("solid 7.9 mm, growing", solid(7.9, "growing"), "4A-solid-growing"),
  c("solid 8.0 mm, growing", solid(8, "growing"), "4B-solid-growing"),
  c("solid 5.0 mm, slowly growing", solid(5, "slowly-growing"), "4B-slowly-growing"),
  c(
    "part-solid 8.0 mm with 3.0 mm solid, slowly growing",
    { ...part(8, 3, "slowly-growing"), solidPartChange: "stable" },
    "4B-slowly-growing",
  ),
  c("solid category 2 that crossed 6 mm without growth", { ...solid(6.4, "stable"), priorCategory: "2", priorMeanMm: 5.6 }, "3-solid"),
  c("solid category 2 that crossed 8 mm without growth", { ...solid(8.1, "stable"), priorCategory: "2", priorMeanMm: 7.4 }, "4A-solid"),

  c("part-solid 5.9 mm at baseline", part(5.9, 3), "2-part-solid"),
  c("part-solid 6.0 mm with 5.9 mm solid at baseline", part(6, 5.9), "3-part-solid"),
  c("part-solid 9.0 mm with 6.0 mm solid at baseline", part(9, 6), "4A-part-solid"),
  c("part-solid 9.0 mm with 7.9 mm solid at baseline", part(9, 7.9), "4A-part-solid"),
  c("part-solid 9.0 mm with 8.0 mm solid at baseline", part(9, 8), "4B-part-solid"),
  c("part-solid 5.9 mm with 3.9 mm solid, new", part(5.9, 3.9, "new"), "3-part-solid-new"),
  c("part-solid 6.0 mm with 3.9 mm solid, new", part(6, 3.9, "new"), "4A-part-solid-new"),
  c("part-solid 6.0 mm with 4.0 mm solid, new", part(6, 4, "new"), "4B-part-solid-new"),
  c("part-solid 5.9 mm with 4.0 mm solid, new", part(5.9, 4, "new"), "4B-part-solid-new"),
  c(
    "part-solid, stable, solid part 3.9 mm growing",
    { ...part(9, 3.9, "stable"), solidPartChange: "growing" },
    "4A-part-solid-solid-grown",
  ),
  c("part-solid, stable, solid part 3.9 mm new", { ...part(9, 3.9, "stable"), solidPartChange: "new" }, "4A-part-solid-solid-grown"),
  c("part-solid, stable, solid part 4.0 mm growing", { ...part(9, 4, "stable"), solidPartChange: "growing" }, "4B-part-solid-solid-grown"),
  c("part-solid, growing, solid part 4.0 mm new", { ...part(9, 4, "growing"), solidPartChange: "new" }, "4B-part-solid-solid-grown"),
  c("part-solid, growing, solid part stable", { ...part(9, 4, "growing"), solidPartChange: "stable" }, "no-rule"),

  c("ground glass 29.9 mm at baseline", ground(29.9), "2-non-solid"),
  c("ground glass 29.9 mm, new", ground(29.9, "new"), "2-non-solid"),
  c("ground glass 29.9 mm, growing", ground(29.9, "growing"), "2-non-solid"),
  c("ground glass 30.0 mm, stable", { ...ground(30, "stable"), priorCategory: "none", priorMeanMm: 30 }, "2-non-solid-large-followed"),
  c("ground glass 30.0 mm, slowly growing", ground(30, "slowly-growing"), "2-non-solid-large-followed"),
  c("ground glass 30.0 mm at baseline", ground(30), "3-non-solid-large"),
  c("ground glass 30.0 mm, new", ground(30, "new"), "3-non-solid-large"),
  c("ground glass 30.0 mm, growing", ground(30, "growing"), "3-non-solid-large-growing"),

  c("juxtapleural 9.9 mm, smooth, oval", { ...solid(9.9), juxtapleural: "yes", smooth: "yes", shape: "oval" }, "2-juxtapleural"),
  c(
    "juxtapleural 9.9 mm, smooth, lentiform, new",
    { ...solid(9.9, "new"), juxtapleural: "yes", smooth: "yes", shape: "lentiform" },
    "2-juxtapleural",
  ),
  c(
    "juxtapleural 9.9 mm, smooth, triangular",
    { ...solid(9.9), juxtapleural: "yes", smooth: "yes", shape: "triangular" },
    "2-juxtapleural",
  ),
  c("juxtapleural 10.0 mm, smooth, oval", { ...solid(10), juxtapleural: "yes", smooth: "yes", shape: "oval" }, "4A-solid"),
  c("juxtapleural 9.9 mm, smooth, round", { ...solid(9.9), juxtapleural: "yes", smooth: "yes", shape: "round" }, "4A-solid"),
  c("juxtapleural 9.9 mm, not smooth, oval", { ...solid(9.9), juxtapleural: "yes", smooth: "no", shape: "oval" }, "4A-solid"),
  c(
    "juxtapleural 7.9 mm, smooth, oval, growing",
    { ...solid(7.9, "growing"), juxtapleural: "yes", smooth: "yes", shape: "oval" },
    "4A-solid-growing",
  ),

  c("subsegmental airway nodule at baseline", { ...solid(9), airway: "subsegmental" }, "2-airway-subsegmental"),
  c("subsegmental airway nodule, new", { ...solid(9, "new"), airway: "subsegmental" }, "2-airway-subsegmental"),
  c("subsegmental airway nodule, stable", { ...solid(9, "stable"), airway: "subsegmental" }, "2-airway-subsegmental"),
  c("subsegmental airway nodule of 7.9 mm, growing", { ...solid(7.9, "growing"), airway: "subsegmental" }, "4A-solid-growing"),
  c("segmental airway nodule at baseline", { ...solid(5), airway: "segmental" }, "4A-airway-baseline"),
  c("segmental airway nodule, new", { ...solid(5, "new"), airway: "segmental" }, "4A-airway-new"),
  c("segmental airway nodule, stable", { ...solid(5, "stable"), airway: "segmental" }, "4B-airway-followed"),
  c("segmental airway nodule, growing", { ...solid(5, "growing"), airway: "segmental" }, "4B-airway-followed"),
  c("segmental airway nodule, category 4A, stable at 3 months", { ...stable("4A", 3), airway: "segmental" }, "4B-airway-followed"),
  c("segmental airway nodule, smaller", { ...solid(5, "smaller"), airway: "segmental" }, "4B-airway-smaller"),
  c("tubular endobronchial opacity", { ...plain, airway: "tubular" }, "2-airway-tubular"),
  c(
    "tubular endobronchial opacity with signs of infection",
    { ...plain, airway: "tubular", infectionSigns: "yes" },
    "0-airway-tubular-infection",
  ),

  c("cyst that holds fluid", { ...cyst, cyst: "other-disease" }, "cyst-other-disease"),
  c("unilocular cyst with a wall of 1.9 mm", { ...cyst, cystWallMm: 1.9 }, "cyst-thin-unilocular"),
  c("unilocular cyst with a wall of 2.0 mm", { ...cyst, cystWallMm: 2 }, "4A-cyst-thick"),
  c("thin multilocular cyst at baseline", { ...cyst, cystLocules: "multilocular" }, "4A-cyst-multilocular"),
  c("thin multilocular cyst, new", { ...cyst, change: "new", cystLocules: "multilocular" }, "4A-cyst-multilocular-later"),
  c(
    "thin cyst that became multilocular",
    { ...laterCyst, cystLocules: "multilocular", cystChange: "became-multilocular" },
    "4A-cyst-becomes-multilocular",
  ),
  c(
    "thick cyst that became multilocular",
    { ...laterCyst, cystWallMm: 2, cystLocules: "multilocular", cystChange: "became-multilocular" },
    "4A-cyst-becomes-multilocular",
  ),
  c("growing cavity of a thick unilocular cyst", { ...laterCyst, cystWallMm: 2, cystChange: "cavity-growing" }, "3-cyst-cavity-growing"),
  c("growing wall of a thick cyst", { ...laterCyst, cystWallMm: 2, cystChange: "wall-growing" }, "4B-cyst-wall"),
  c(
    "growing multilocular cyst",
    { ...laterCyst, cystLocules: "multilocular", cystChange: "cavity-growing" },
    "4B-cyst-multilocular-growing",
  ),
  c(
    "multilocular cyst with more loculation",
    { ...laterCyst, cystLocules: "multilocular", cystChange: "more-loculation-or-opacity" },
    "4B-cyst-loculation-or-opacity",
  ),
  c(
    "thick cyst, category 4A, stable at 3 months",
    { ...cyst, change: "stable", cystWallMm: 2, priorCategory: "4A", monthsSincePrior: 3 },
    "3-after-4A",
  ),

  c("category 3, stable at 6 months", stable("3", 6), "2-after-3"),
  c("category 3, smaller at 6 months", stable("3", 6, { change: "smaller" }), "2-after-3"),
  c("category 3, stable at 5 months", stable("3", 5), "3-too-early"),
  c("category 4A, stable at 3 months", stable("4A", 3), "3-after-4A"),
  c("category 4A, smaller at 3 months", stable("4A", 3, { change: "smaller" }), "3-after-4A"),
  c("category 4A, stable at 2 months", stable("4A", 2), "4A-too-early"),
  c("category 2 by stepping down, solid 7.0 mm, stable", stable("2", 12), "2-stays"),
  c("category 4B, stable", stable("4B", 3), "4B-stays"),
  c("category 4X, stable", stable("4X", 3), "4B-stays"),
  c("category 4B, proven benign", stable("4B", 3, { provenBenign: "yes" }), "2-proven-benign"),
  c(
    "category 3 ground glass 30.0 mm, stable at 6 months",
    { ...stable("3", 6), kind: "non-solid", meanMm: 30, priorMeanMm: 30 },
    "2-after-3",
  ),
  c("category 3, stable at 6 months, but across 8 mm", stable("3", 6, { meanMm: 8, priorMeanMm: 7.9 }), "4A-solid"),

  c("category 3 with suspicious features", { ...solid(6), ...suspicious }, "4X-suspicious"),
  c("category 4A with suspicious features", { ...solid(8), ...suspicious }, "4X-suspicious"),
  c("category 4B with suspicious features", { ...solid(15), ...suspicious }, "4X-suspicious"),
  c("category 2 with suspicious features", { ...solid(5.9), ...suspicious }, "2-solid"),
];
