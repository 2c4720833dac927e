import { describe, expect, test } from "vitest";
import { unknownPerson } from "../findings/person.ts";
import { brock2013WithoutSpiculation, brock2013WithSpiculation } from "./brock.ts";
import { riskModels } from "./catalog.ts";
import { estimateRisks } from "./estimate-risks.ts";
import { herder2005, herder2005AnyCancer } from "./herder.ts";
import { choices, type InputCode, isChoice, type NumberInput, numbers } from "./input.ts";
import { mayo1997 } from "./mayo.ts";
import { pkuph2011 } from "./pkuph.ts";
import { estimate, type RiskModel } from "./risk-model.ts";
import { factsOf, type Stated } from "./stated.ts";
import { va2007 } from "./va.ts";

const no = { familyHistoryOfLungCancer: "no", emphysema: "no", upperLobe: "no", spiculated: "no" } as const;
const man62: Stated = { ...no, ageYears: 62, sex: "male", kind: "solid", longestMm: 8, noduleCount: 1 };
const woman70: Stated = {
  ageYears: 70,
  sex: "female",
  familyHistoryOfLungCancer: "yes",
  emphysema: "yes",
  kind: "part-solid",
  longestMm: 15,
  upperLobe: "yes",
  noduleCount: 2,
  spiculated: "yes",
};
const man55: Stated = { ...no, ageYears: 55, sex: "male", kind: "non-solid", longestMm: 6, upperLobe: "yes", noduleCount: 4 };
const mayo60: Stated = {
  ageYears: 60,
  smoking: "current",
  extrathoracicCancerOver5Years: "no",
  longestMm: 10,
  spiculated: "no",
  upperLobe: "yes",
};
const mayo70: Stated = { ...mayo60, ageYears: 70, extrathoracicCancerOver5Years: "yes", longestMm: 20, spiculated: "yes" };
const peking60: Stated = {
  ageYears: 60,
  longestMm: 20,
  spiculated: "yes",
  familyHistoryOfCancer: "no",
  calcification: "none",
  smooth: "no",
};

const vectors: readonly [string, RiskModel, Stated, number, number][] = [
  ["62 M, solid 8 mm lower, 1 nodule", brock2013WithSpiculation, man62, 0.01716, 5],
  ["70 F, family, emphysema, part-solid 15 mm upper, 2, spiculated", brock2013WithSpiculation, woman70, 0.6734, 5],
  ["55 M, non-solid 6 mm upper, 4 nodules", brock2013WithSpiculation, man55, 0.00741, 5],
  ["62 M, solid 8 mm lower, 1 nodule", brock2013WithoutSpiculation, man62, 0.01906, 5],
  ["70 F, family, emphysema, part-solid 15 mm upper, 2", brock2013WithoutSpiculation, woman70, 0.55166, 5],
  ["60, smoker, 10 mm upper", mayo1997, mayo60, 0.1636, 5],
  ["70, smoker, cancer, 20 mm, spiculated, upper", mayo1997, mayo70, 0.9178, 5],
  ["62, never smoked, 10 mm", va2007, { ageYears: 62, smoking: "never", longestMm: 10 }, 0.0791, 4],
  ["70, 20 mm, quit 5 years ago", va2007, { ageYears: 70, smoking: "former", yearsSinceQuitting: 5, longestMm: 20 }, 0.7439, 4],
  ["Mayo .1636, no uptake", herder2005, { ...mayo60, fdgUptake: "none" }, 0.0157, 4],
  ["Mayo .1636, faint uptake", herder2005, { ...mayo60, fdgUptake: "faint" }, 0.1403, 4],
  ["Mayo .1636, moderate uptake", herder2005, { ...mayo60, fdgUptake: "moderate" }, 0.6182, 4],
  ["Mayo .1636, intense uptake", herder2005, { ...mayo60, fdgUptake: "intense" }, 0.6538, 4],
  ["60, 20 mm, spiculated", pkuph2011, peking60, 0.8572, 4],
];

test.each(vectors.map(([who, model, stated, p, digits]) => ({ who, model, stated, p, digits })))(
  "$model.id gives $p for $who",
  ({ model, stated, p, digits }) => {
    const { probability, missing } = estimate(model, factsOf(stated));
    expect(probability.low).toBe(probability.high);
    expect(probability.low).toBeCloseTo(p, digits);
    expect(missing).toEqual([]);
  },
);

test("years since quitting count only for one who smoked and stopped", () => {
  const va = (smoking: "never" | "current") =>
    estimate(va2007, factsOf({ ageYears: 62, longestMm: 10, smoking, yearsSinceQuitting: 30 })).probability.low;
  expect(va("never")).toBeCloseTo(0.0791, 4);
  expect(va("current")).toBeCloseTo(1 / (1 + Math.exp(8.404 - 2.061 - 0.0779 * 62 - 0.112 * 10)), 10);
});

test("in the Herder model of BTS any past cancer outside the chest counts", () => {
  const { extrathoracicCancerOver5Years: _long, ...before } = mayo70;
  const bts = estimate(herder2005AnyCancer, factsOf({ ...before, extrathoracicCancer: "yes", fdgUptake: "faint" }));
  const own = estimate(herder2005, factsOf({ ...mayo70, fdgUptake: "faint" }));
  expect(bts.probability).toEqual(own.probability);
});

test("the Brock coefficient that no second source confirms is told", () => {
  const basis = (kind: Stated["kind"]) => estimate(brock2013WithoutSpiculation, factsOf({ ...man62, ...(kind && { kind }) })).basis;
  expect([basis("solid"), basis("part-solid"), basis("non-solid")]).toEqual(["published", "published", "secondary"]);
  const { kind: _kind, ...unknownKind } = man62;
  expect(estimate(brock2013WithoutSpiculation, factsOf(unknownKind)).basis).toBe("secondary");
  expect(estimate(brock2013WithSpiculation, factsOf(man55)).basis).toBe("published");
  expect(estimate(va2007, {}).basis).toBe("secondary");
});

describe("missing inputs", () => {
  /** Every value that a missing input can take, or its two ends. */
  const everyValue = (code: InputCode): readonly (string | number)[] => (isChoice(code) ? choices[code] : ends(numbers[code]));
  const ends = ({ from, to, inModels = [from, to] }: NumberInput): number[] => [inModels[0], (inModels[0] + inModels[1]) / 2, inModels[1]];
  const full: Stated = { ...woman70, ...mayo70, ...peking60, ageYears: 65, smoking: "former", yearsSinceQuitting: 10, fdgUptake: "faint" };
  const inputsOf = (model: RiskModel): InputCode[] => [
    ...model.terms.flatMap(({ inputs }) => inputs),
    ...(model.inner === undefined ? [] : inputsOf(model.inner.model)),
  ];

  const pairs = riskModels.flatMap((model) => {
    const inputs = [...new Set(inputsOf(model))];
    return inputs.flatMap((first) => inputs.filter((second) => second >= first).map((second) => ({ model, first, second })));
  });

  test.each(pairs)("$model.id without $first and $second spans exactly what they can be", ({ model, first, second }) => {
    const stated = Object.fromEntries(Object.entries(full).filter(([code]) => code !== first && code !== second));
    const { probability, missing } = estimate(model, factsOf(stated));
    const all = everyValue(first).flatMap((one) =>
      (first === second ? [one] : everyValue(second)).map(
        (two) => estimate(model, factsOf({ ...stated, [first]: one, [second]: two } as Stated)).probability.low,
      ),
    );
    expect(missing.toSorted()).toEqual([...new Set([first, second])].toSorted());
    expect(probability.low).toBeCloseTo(Math.min(...all), 12);
    expect(probability.high).toBeCloseTo(Math.max(...all), 12);
  });
});

test("every model estimates every nodule and says on whom it was built and what it predicts", () => {
  const estimates = estimateRisks(riskModels, {
    nodules: [
      { trackingUid: "2.25.1", facts: factsOf({ longestMm: 9 }) },
      { trackingUid: "2.25.2", facts: {} },
    ],
    facts: {},
    person: unknownPerson,
    year: null,
  });
  expect(estimates.map(({ model, trackingUid }) => `${trackingUid} ${model}`)).toEqual(
    ["2.25.1", "2.25.2"].flatMap((uid) => riskModels.map(({ id }) => `${uid} ${id}`)),
  );
  expect(estimates[2]?.population).toBe("risk-model.mayo-1997.population");
  expect(estimates[0]?.used).toContainEqual({ input: "noduleCount", value: 2, from: "rule" });
});
