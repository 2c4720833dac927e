import type { Case, Stated } from "./stated.ts";

/** A person without any risk factor. */
export const withoutRisk: Stated = {
  ageYears: 45,
  smoking: "never",
  hazardousExposure: "no",
  copd: "no",
  pulmonaryFibrosis: "no",
  pastTuberculosis: "no",
  pastCancer: "no",
  familyHistoryOfLungCancer: "no",
};
const of = (kind: Stated["kind"], meanMm: number, more: Stated = {}): Stated => ({
  ...withoutRisk,
  ...(kind && { kind }),
  meanMm,
  change: "baseline",
  ...more,
});
const solid = (meanMm: number, more: Stated = {}): Stated => of("solid", meanMm, more);
const probability = (percent: number): Stated => ({ probabilityPercent: percent });
const risk: Stated = { copd: "yes" };

const c = (title: string, stated: Stated, rule: string): Case => ({ title, stated, rule });

export const china2018Cases: readonly Case[] = [
  c("solid 30.1 mm", solid(30.1, probability(4)), "declines-over-30"),
  c("solid 8.1 mm, probability 4.99 %", solid(8.1, probability(4.99)), "solid-8-to-30-under-5-percent"),
  c("solid 30.0 mm, probability 5 %", solid(30, probability(5)), "solid-8-to-30-5-to-65-percent"),
  c("solid 8.1 mm, probability 65 %", solid(8.1, probability(65)), "solid-8-to-30-5-to-65-percent"),
  c("solid 8.1 mm, probability 65.01 %", solid(8.1, probability(65.01)), "solid-8-to-30-over-65-percent"),

  c("solid 4.0 mm, no risk factor", solid(4), "solid-to-4"),
  c("solid 4.1 mm, no risk factor", solid(4.1), "solid-4-to-6"),
  c("solid 6.0 mm, no risk factor", solid(6), "solid-4-to-6"),
  c("solid 6.1 mm, no risk factor", solid(6.1), "solid-6-to-8"),
  c("solid 8.0 mm, no risk factor", solid(8), "solid-6-to-8"),
  c("solid 4.0 mm, one risk factor", solid(4, risk), "solid-to-4-risk-factor"),
  c("solid 4.1 mm, one risk factor", solid(4.1, risk), "solid-4-to-6-risk-factor"),
  c("solid 6.0 mm, one risk factor", solid(6, risk), "solid-4-to-6-risk-factor"),
  c("solid 6.1 mm, one risk factor", solid(6.1, risk), "solid-6-to-8-risk-factor"),
  c("solid 8.0 mm, one risk factor", solid(8, risk), "solid-6-to-8-risk-factor"),
  c("solid 6.0 mm, growing", solid(6, { change: "growing" }), "no-rule"),

  c("pure ground glass 5.0 mm", of("non-solid", 5), "pure-to-5"),
  c("pure ground glass 5.1 mm", of("non-solid", 5.1), "pure-5-to-10"),
  c("pure ground glass 10.0 mm", of("non-solid", 10), "pure-5-to-10"),
  c("pure ground glass 10.1 mm", of("non-solid", 10.1), "pure-over-10"),
  c("pure ground glass 10.1 mm, still there", of("non-solid", 10.1, { change: "stable" }), "pure-over-10-persistent"),
  c("pure ground glass 10.1 mm, growing", of("non-solid", 10.1, { change: "growing" }), "pure-over-10-persistent"),
  c("mixed ground glass 8.0 mm", of("part-solid", 8), "mixed-to-8"),
  c("mixed ground glass 8.1 mm", of("part-solid", 8.1), "mixed-over-8"),
  c("mixed ground glass 8.1 mm, still there", of("part-solid", 8.1, { change: "stable" }), "mixed-over-8-persistent"),
];

/** The next steps of each rule, as the secondary sources give them. */
export const china2018Steps: Readonly<Record<string, string>> = {
  "solid-8-to-30-under-5-percent": "ct 3–6; ct 9–12; ct 18–24",
  "solid-8-to-30-5-to-65-percent": "pet-ct or biopsy",
  "solid-8-to-30-over-65-percent": "excision",
  "solid-to-4": "optional ct",
  "solid-4-to-6": "ct 12; ct every 12",
  "solid-6-to-8": "ct 6–12; ct 18–24; ct every 12",
  "solid-to-4-risk-factor": "ct 12; ct every 12",
  "solid-4-to-6-risk-factor": "ct 6–12; ct 18–24; ct every 12",
  "solid-6-to-8-risk-factor": "ct 3–6; ct 9–12; ct 24; ct every 12",
  "pure-to-5": "ct 6; ct every 12",
  "pure-5-to-10": "ct 3; ct every 12",
  "pure-over-10": "ct 3; if persistent: biopsy or excision",
  "pure-over-10-persistent": "biopsy or excision",
  "mixed-to-8": "ct 3; ct 6; ct 12; ct 24; ct every 12",
  "mixed-over-8": "ct 3; if persistent: pet-ct or biopsy or excision",
  "mixed-over-8-persistent": "pet-ct or biopsy or excision",
};
