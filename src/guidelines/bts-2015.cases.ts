import type { Case, Stated } from "./stated.ts";

/** A man of 62 with nothing that adds risk but what a case says. */
export const adult: Stated = {
  ageYears: 62,
  sex: "male",
  familyHistoryOfLungCancer: "no",
  emphysema: "no",
  upperLobe: "no",
  spiculated: "no",
  smoking: "never",
  extrathoracicCancer: "no",
  noduleCount: 1,
  calcification: "none",
  fat: "no",
  juxtapleural: "no",
  morphologyChanged: "no",
};
const of = (kind: Stated["kind"], longestMm: number, more: Stated = {}): Stated => ({
  ...adult,
  ...(kind && { kind }),
  longestMm,
  change: "baseline",
  ...more,
});
const solid = (longestMm: number, more: Stated = {}): Stated => of("solid", longestMm, more);
const volume = (volumeMm3: number, more: Stated = {}): Stated => solid(6.5, { volumeMm3, ...more });
/** Brock over 10 %. */
const likely: Stated = { sex: "female", familyHistoryOfLungCancer: "yes", emphysema: "yes", upperLobe: "yes", spiculated: "yes" };
const followed = (monthsSinceFirst: number, more: Stated): Stated => solid(7, { change: "stable", monthsSinceFirst, ...more });
const grown = (monthsSinceFirst: number, vdtDays: number): Stated => followed(monthsSinceFirst, { volumeChangePercent: 25, vdtDays });

const c = (title: string, stated: Stated, rule: string): Case => ({ title, stated, rule });

export const bts2015Cases: readonly Case[] = [
  c("age 17", solid(7, { ageYears: 17 }), "declines-under-18"),
  c("benign calcification", solid(20, { calcification: "benign" }), "benign-calcification"),
  c("fat", solid(20, { fat: "yes" }), "fat"),
  c("lentiform, smooth, at the pleura, 9.9 mm", solid(9.9, { juxtapleural: "yes", smooth: "yes", shape: "lentiform" }), "perifissural"),
  c("triangular, smooth, at the pleura, 9.9 mm", solid(9.9, { juxtapleural: "yes", smooth: "yes", shape: "triangular" }), "perifissural"),
  c(
    "lentiform, smooth, at the pleura, 10.0 mm",
    solid(10, { juxtapleural: "yes", smooth: "yes", shape: "lentiform" }),
    "solid-8-brock-under-10",
  ),

  c("solid 4.9 mm", solid(4.9), "solid-under-5"),
  c("solid 4.9 mm, stable", solid(4.9, { change: "stable" }), "solid-under-5"),
  c(
    "solid 4.9 mm, grown, doubling in 400 days",
    solid(4.9, { change: "stable", volumeChangePercent: 25, vdtDays: 400 }),
    "solid-vdt-to-400",
  ),
  c("solid 5.0 mm", solid(5), "solid-5-to-6"),
  c("solid 5.9 mm", solid(5.9), "solid-5-to-6"),
  c("solid 6.0 mm", solid(6), "solid-6-to-8"),
  c("solid 7.9 mm", solid(7.9), "solid-6-to-8"),
  c("solid 8.0 mm, Brock 1.7 %", solid(8), "solid-8-brock-under-10"),
  c("solid of 79 mm³", volume(79), "solid-under-5"),
  c("solid of 80 mm³", volume(80), "solid-6-to-8"),
  c("solid of 299 mm³", volume(299), "solid-6-to-8"),
  c("solid of 300 mm³, Brock under 10 %", volume(300), "solid-8-brock-under-10"),
  c("solid 15.0 mm, Brock over 10 %, PET/CT not known", solid(15, likely), "solid-8-brock-10"),
  c("solid 15.0 mm, Herder 3.0 %", solid(15, { ...likely, fdgUptake: "none" }), "solid-8-herder-under-10"),
  c("solid 15.0 mm, Herder 23.8 %", solid(15, { ...likely, fdgUptake: "faint" }), "solid-8-herder-10-to-70"),
  c("solid 15.0 mm, Herder 75.6 %", solid(15, { ...likely, fdgUptake: "moderate" }), "solid-8-herder-over-70"),

  c("solid, grown, doubling in 400 days, at 3 months", grown(3, 400), "solid-vdt-to-400"),
  c("solid, grown, doubling in 401 days, at 3 months", grown(3, 401), "solid-first-year"),
  c("solid, volume up by 24.9 %, at 3 months", followed(3, { volumeChangePercent: 24.9 }), "solid-first-year"),
  c("solid, stable by diameter, at 3 months", followed(3, {}), "solid-first-year"),
  c("solid, grown, doubling in 400 days, at 12 months", grown(12, 400), "solid-vdt-to-400"),
  c("solid, grown, doubling in 401 days, at 12 months", grown(12, 401), "solid-vdt-to-600"),
  c("solid, grown, doubling in 600 days, at 12 months", grown(12, 600), "solid-vdt-to-600"),
  c("solid, grown, doubling in 601 days, at 12 months", grown(12, 601), "solid-vdt-over-600"),
  c("solid, volume up by 24.9 %, at 12 months", followed(12, { volumeChangePercent: 24.9 }), "solid-stable-by-volume"),
  c("solid, stable by diameter, at 12 months", followed(12, {}), "solid-stable-by-diameter"),
  c("solid, stable by diameter, at 23 months", followed(23, {}), "solid-stable-by-diameter"),
  c("solid, stable by diameter, at 24 months", followed(24, {}), "solid-stable-by-diameter-2-years"),

  c("ground glass 4.9 mm", of("non-solid", 4.9), "subsolid-under-5"),
  c("part-solid 4.9 mm", of("part-solid", 4.9), "subsolid-under-5"),
  c("ground glass 5.0 mm", of("non-solid", 5), "subsolid-5"),
  c("ground glass 5.0 mm of 70 mm³, sized by diameter", of("non-solid", 5, { volumeMm3: 70 }), "subsolid-5"),
  c("part-solid 5.0 mm, new", of("part-solid", 5, { change: "new" }), "subsolid-5"),
  c("ground glass, grown", of("non-solid", 8, { change: "stable", volumeChangePercent: 25 }), "subsolid-growing"),
  c(
    "part-solid, stable, morphology changed",
    of("part-solid", 8, { change: "stable", morphologyChanged: "yes" }),
    "subsolid-morphology-changed",
  ),
  c("ground glass, stable, Brock under 10 %", of("non-solid", 8, { change: "stable" }), "subsolid-stable-brock-under-10"),
  c("part-solid, stable, Brock over 10 %", of("part-solid", 15, { ...likely, change: "stable" }), "subsolid-stable-brock-10"),
];

/** The next steps of each rule, as the guideline prints them. */
export const bts2015Steps: Readonly<Record<string, string>> = {
  "benign-calcification": "discharge",
  fat: "discharge",
  perifissural: "discharge",
  "solid-under-5": "discharge",
  "solid-5-to-6": "ct 12",
  "solid-6-to-8": "ct 3; if stable: ct 12",
  "solid-8-brock-under-10": "ct 3; if stable: ct 12",
  "solid-8-brock-10": "pet-ct",
  "solid-8-herder-under-10": "ct 3; if stable: ct 12",
  "solid-8-herder-10-to-70": "biopsy",
  "solid-8-herder-over-70": "excision",
  "solid-vdt-to-400": "pet-ct or biopsy or excision",
  "solid-first-year": "ct 12",
  "solid-vdt-to-600": "consider biopsy or surveillance",
  "solid-vdt-over-600": "consider discharge",
  "solid-stable-by-volume": "discharge",
  "solid-stable-by-diameter": "ct 24",
  "solid-stable-by-diameter-2-years": "discharge",
  "subsolid-growing": "consider excision",
  "subsolid-morphology-changed": "consider excision",
  "subsolid-under-5": "discharge",
  "subsolid-5": "ct 3",
  "subsolid-stable-brock-under-10": "ct 12; ct 24; ct 48",
  "subsolid-stable-brock-10": "consider surveillance or biopsy or excision",
};
