import { ifYes, type RiskModel, term } from "./risk-model.ts";

/** Mayo Clinic (Swensen), on the longest axial diameter. */
export const mayo1997: RiskModel = {
  id: "mayo-1997",
  source: "Swensen SJ et al., Arch Intern Med 1997;157:849–855",
  basis: "published",
  intercept: -6.8272,
  terms: [
    term(["ageYears"], (years) => 0.0391 * years),
    term(["smoking"], (smoking) => (smoking === "never" ? 0 : 0.7917)),
    ifYes("extrathoracicCancerOver5Years", 1.3388),
    term(["longestMm"], (mm) => 0.1274 * mm),
    ifYes("spiculated", 1.0407),
    ifYes("upperLobe", 0.7838),
  ],
};
