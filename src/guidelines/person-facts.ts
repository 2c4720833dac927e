import type { Person } from "../findings/person.ts";
import type { Facts, ValueOf } from "./input.ts";

type Answer = "yes" | "no" | "unknown";

const answer = (fact: boolean | "unknown"): Answer => (fact === "unknown" ? fact : fact ? "yes" : "no");
const whether = <T>(items: readonly T[] | "unknown", each: (item: T) => Answer): Answer => {
  if (items === "unknown") return items;
  const answers = items.map(each);
  return answers.includes("yes") ? "yes" : answers.includes("unknown") ? "unknown" : "no";
};

const hazards: readonly string[] = ["asbestos", "beryllium", "uranium", "radon"];

/**
 * What is known of the person, as facts; what is unknown is left out.
 * @param examinationYear null: not known; years since quitting and since a cancer are counted to it
 */
export function personFacts(person: Person, examinationYear: number | null): Facts {
  const yearsSince = (year: number | string): number | "unknown" =>
    typeof year === "number" && examinationYear !== null ? Math.max(0, examinationYear - year) : "unknown";
  const overFiveYears = (year: number | string): Answer => {
    const years = yearsSince(year);
    // Five calendar years may be four or six.
    return years === "unknown" || years === 5 ? "unknown" : answer(years > 5);
  };
  const values: { readonly [Code in keyof Facts]: ValueOf<Code> | "unknown" } = {
    reason: person.reason,
    ageYears: person.ageYears,
    sex: person.sex,
    smoking: person.smoking,
    packYears: person.packYears,
    yearsSinceQuitting: yearsSince(person.quitYear),
    familyHistoryOfLungCancer: answer(person.familyHistoryOfLungCancer),
    familyHistoryOfCancer: answer(person.familyHistoryOfLungCancer === true || person.familyHistoryOfCancer),
    emphysema: answer(person.emphysema),
    copd: answer(person.copd),
    pulmonaryFibrosis: answer(person.pulmonaryFibrosis),
    pastTuberculosis: answer(person.pastTuberculosis),
    hazardousExposure: whether(person.exposures, (exposure) => answer(hazards.includes(exposure))),
    pastCancer: whether(person.pastCancer, () => "yes"),
    extrathoracicCancer: whether(person.pastCancer, ({ extrathoracic }) => answer(extrathoracic)),
    extrathoracicCancerOver5Years: whether(person.pastCancer, ({ extrathoracic, year }) =>
      extrathoracic === false ? "no" : overFiveYears(year) === "yes" ? answer(extrathoracic) : overFiveYears(year),
    ),
    immunosuppression: answer(person.immunosuppression),
    otherSignificantFinding: answer(person.otherSignificantFinding),
    fdgUptake: person.fdgUptake,
  };
  const known = Object.entries(values).filter(([, value]) => value !== "unknown");
  return Object.fromEntries(known.map(([code, value]) => [code, { value, from: "person" }])) as Facts;
}
