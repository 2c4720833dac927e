import { mayo1997 } from "./mayo.ts";
import { ifYes, type RiskModel, term } from "./risk-model.ts";

/** Herder: the Mayo probability and the FDG uptake on PET/CT. */
export const herder2005: RiskModel = {
  id: "herder-2005",
  source: "Herder GJ et al., Chest 2005;128:2490–2496",
  basis: "published",
  intercept: -4.739,
  inner: { model: mayo1997, coefficient: 3.691 },
  terms: [term(["fdgUptake"], (uptake) => ({ none: 0, faint: 2.322, moderate: 4.617, intense: 4.771 })[uptake])],
};

const anyCancer = mayo1997.terms.map((one) =>
  one.inputs[0] === "extrathoracicCancerOver5Years" ? ifYes("extrathoracicCancer", one.points("yes")) : one,
);

/** As BTS 2015 uses it: any past extrathoracic cancer counts, however long ago. */
export const herder2005AnyCancer: RiskModel = { ...herder2005, inner: { model: { ...mayo1997, terms: anyCancer }, coefficient: 3.691 } };
