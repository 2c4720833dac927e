import { ifYes, type RiskModel, term } from "./risk-model.ts";

/** Peking University People's Hospital (Li), on the longest axial diameter. */
export const pkuph2011: RiskModel = {
  id: "pkuph-2011",
  source: "Li Y et al., Beijing Da Xue Xue Bao Yi Xue Ban 2011;43:450–454",
  basis: "published",
  intercept: -4.496,
  terms: [
    term(["ageYears"], (years) => 0.07 * years),
    term(["longestMm"], (mm) => 0.0676 * mm),
    ifYes("spiculated", 0.736),
    ifYes("familyHistoryOfCancer", 1.267),
    term(["calcification"], (calcification) => (calcification === "none" ? 0 : -1.615)),
    ifYes("smooth", -1.408),
  ],
};
