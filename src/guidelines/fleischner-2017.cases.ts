import type { Case, Stated } from "./stated.ts";

/** A person and examination that the guideline is meant for, at low risk. */
export const meantFor: Stated = { reason: "incidental", pastCancer: "no", immunosuppression: "no", ageYears: 35, probabilityPercent: 4.99 };
const high: Stated = { probabilityPercent: 5 };

const of = (kind: Stated["kind"], meanMm: number, more: Stated = {}): Stated => ({
  ...meantFor,
  ...(kind && { kind }),
  meanMm,
  change: "baseline",
  multiple: "no",
  ...more,
});
const several: Stated = { multiple: "yes" };

const c = (title: string, stated: Stated, rule: string): Case => ({ title, stated, rule });

export const fleischner2017Cases: readonly Case[] = [
  c("baseline screening", of("solid", 7, { reason: "baseline-screening" }), "declines-screening"),
  c("annual screening", of("solid", 7, { reason: "annual-screening" }), "declines-screening"),
  c("interval screening", of("solid", 7, { reason: "interval-screening" }), "declines-screening"),
  c("known cancer as the reason", of("solid", 7, { reason: "known-cancer" }), "declines-known-cancer"),
  c("cancer in the history", of("solid", 7, { pastCancer: "yes" }), "declines-past-cancer"),
  c("immunosuppression", of("solid", 7, { immunosuppression: "yes" }), "declines-immunosuppression"),
  c("age 34", of("solid", 7, { ageYears: 34 }), "declines-under-35"),

  c("solid 5.4 mm, which is 5, low risk", of("solid", 5.4), "solid-under-6-low"),
  c("solid 5.4 mm, which is 5, high risk", of("solid", 5.4, high), "solid-under-6-high"),
  c("several solid, 5.4 mm, low risk", of("solid", 5.4, several), "solid-under-6-low"),
  c("several solid, 5.4 mm, high risk", of("solid", 5.4, { ...several, ...high }), "solid-under-6-high"),
  c("solid 5.5 mm, which is 6, low risk", of("solid", 5.5), "solid-6-to-8-low"),
  c("solid 5.5 mm, which is 6, high risk", of("solid", 5.5, high), "solid-6-to-8-high"),
  c("solid 8.4 mm, which is 8, low risk", of("solid", 8.4), "solid-6-to-8-low"),
  c("solid 8.4 mm, which is 8, high risk", of("solid", 8.4, high), "solid-6-to-8-high"),
  c("solid 8.5 mm, which is 9, low risk", of("solid", 8.5), "solid-over-8"),
  c("solid 8.5 mm, which is 9, high risk", of("solid", 8.5, high), "solid-over-8"),
  c("several solid, 5.5 mm, low risk", of("solid", 5.5, several), "solid-multiple-6-low"),
  c("several solid, 20 mm, low risk", of("solid", 20, several), "solid-multiple-6-low"),
  c("several solid, 5.5 mm, high risk", of("solid", 5.5, { ...several, ...high }), "solid-multiple-6-high"),
  c("solid, growing", of("solid", 7, { change: "growing" }), "no-rule"),

  c("ground glass 5.4 mm", of("non-solid", 5.4), "ground-glass-under-6"),
  c("ground glass 5.5 mm", of("non-solid", 5.5), "ground-glass-6"),
  c("ground glass, growing", of("non-solid", 7, { change: "growing" }), "ground-glass-growing"),
  c("part-solid 5.4 mm", of("part-solid", 5.4, { solidLongestMm: 3 }), "part-solid-under-6"),
  c("part-solid 5.5 mm with 5.4 mm solid", of("part-solid", 5.5, { solidLongestMm: 5.4 }), "part-solid-6-solid-part-under-6"),
  c("part-solid 9.0 mm with 5.5 mm solid", of("part-solid", 9, { solidLongestMm: 5.5 }), "part-solid-6-solid-part-6"),
  c("part-solid, growing", of("part-solid", 9, { change: "growing" }), "part-solid-growing"),
  c(
    "part-solid, stable, solid part growing",
    of("part-solid", 9, { change: "stable", solidPartChange: "growing" }),
    "part-solid-solid-part-growing",
  ),
  c("several ground glass, 5.4 mm", of("non-solid", 5.4, several), "subsolid-multiple-under-6"),
  c("several part-solid, 5.4 mm", of("part-solid", 5.4, several), "subsolid-multiple-under-6"),
  c("several ground glass, 5.5 mm", of("non-solid", 5.5, several), "subsolid-multiple-6"),
  c("several part-solid, 5.5 mm", of("part-solid", 5.5, several), "subsolid-multiple-6"),
];

/** The next steps of each rule, as the table prints them. */
export const fleischner2017Steps: Readonly<Record<string, string>> = {
  "solid-under-6-low": "no-routine-follow-up",
  "solid-under-6-high": "optional ct 12",
  "solid-6-to-8-low": "ct 6–12; consider ct 18–24",
  "solid-6-to-8-high": "ct 6–12; ct 18–24",
  "solid-over-8": "consider ct 3 or pet-ct or biopsy",
  "solid-multiple-6-low": "ct 3–6; consider ct 18–24",
  "solid-multiple-6-high": "ct 3–6; ct 18–24",
  "ground-glass-under-6": "no-routine-follow-up",
  "ground-glass-6": "ct 6–12; if persistent: ct every 24 until 60",
  "ground-glass-growing": "consider excision",
  "part-solid-under-6": "no-routine-follow-up",
  "part-solid-6-solid-part-under-6": "ct 3–6; if stable: ct every 12 until 60",
  "part-solid-6-solid-part-6": "ct 3–6; if persistent: pet-ct or biopsy or excision",
  "part-solid-growing": "pet-ct or biopsy or excision",
  "part-solid-solid-part-growing": "pet-ct or biopsy or excision",
  "subsolid-multiple-under-6": "ct 3–6; if stable: consider ct 24; if stable: consider ct 48",
  "subsolid-multiple-6": "ct 3–6",
};
