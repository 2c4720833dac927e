import { ifYes, type RiskModel, term } from "./risk-model.ts";

const source = "McWilliams A et al., N Engl J Med 2013;369:910–919";
/** (4/10)^−.5: the size term is centred on 4 mm. */
const sizeOf4Mm = 1.58113883;
const size = (coefficient: number) => term(["longestMm"], (mm) => coefficient * ((mm / 10) ** -0.5 - sizeOf4Mm));

/** Brock (PanCan), full model with spiculation, on the longest axial diameter. */
export const brock2013WithSpiculation: RiskModel = {
  id: "brock-2013-with-spiculation",
  source,
  basis: "published",
  intercept: -6.7892,
  terms: [
    term(["ageYears"], (years) => 0.0287 * (years - 62)),
    term(["sex"], (sex) => (sex === "female" ? 0.6011 : 0)),
    ifYes("familyHistoryOfLungCancer", 0.2961),
    ifYes("emphysema", 0.2953),
    size(-5.3854),
    term(["kind"], (kind) => ({ solid: 0, "part-solid": 0.377, "non-solid": -0.1276 })[kind]),
    ifYes("upperLobe", 0.6581),
    term(["noduleCount"], (count) => -0.0824 * (count - 4)),
    ifYes("spiculated", 0.7729),
  ],
};

/** Brock (PanCan), full model without spiculation, on the longest axial diameter. */
export const brock2013WithoutSpiculation: RiskModel = {
  id: "brock-2013-without-spiculation",
  source,
  basis: "published",
  intercept: -6.8071,
  terms: [
    term(["ageYears"], (years) => 0.0321 * (years - 62)),
    term(["sex"], (sex) => (sex === "female" ? 0.5635 : 0)),
    ifYes("familyHistoryOfLungCancer", 0.3013),
    ifYes("emphysema", 0.3462),
    size(-5.6693),
    term(["kind"], (kind) => ({ solid: 0, "part-solid": 0.3395, "non-solid": -0.3055 })[kind], "non-solid"),
    ifYes("upperLobe", 0.7116),
    term(["noduleCount"], (count) => -0.0803 * (count - 4)),
  ],
};
