import { type RiskModel, term } from "./risk-model.ts";

/** United States Department of Veterans Affairs (Gould), on the longest axial diameter. The paper gives .779 per decade of age. */
export const va2007: RiskModel = {
  id: "va-2007",
  source: "Gould MK et al., Chest 2007;131:383–388",
  basis: "secondary",
  intercept: -8.404,
  terms: [
    term(["smoking", "yearsSinceQuitting"], (smoking, years) =>
      smoking === "never" ? 0 : 2.061 - (smoking === "former" ? 0.0567 * years : 0),
    ),
    term(["ageYears"], (years) => 0.0779 * years),
    term(["longestMm"], (mm) => 0.112 * mm),
  ],
};
