import type { Person } from "../findings/person.ts";
import type { Facts } from "./input.ts";
import { personFacts } from "./person-facts.ts";

/** A nodule as guidelines and risk models see it. */
export interface GuidelineNodule {
  readonly trackingUid: string;
  readonly facts: Facts;
}

/** All that guidelines and risk models look at: the nodules, what holds for the whole examination, and the person. */
export interface GuidelineExamination {
  readonly nodules: readonly GuidelineNodule[];
  readonly facts: Facts;
  readonly person: Person;
  /** Null: not known. */
  readonly year: number | null;
}

/** What is known without looking at any nodule. */
export function examinationFacts({ nodules, facts, person, year }: GuidelineExamination): Facts {
  return { noduleCount: { value: nodules.length, from: "rule" }, ...personFacts(person, year), ...facts };
}

/** What is known of a nodule, with what follows from it and from its neighbours; what was given is never changed. */
export function noduleFacts(examination: GuidelineExamination, nodule: GuidelineNodule): Facts {
  const { person } = examination;
  const { spiculated, smooth, change } = nodule.facts;
  const byRule = "rule" as const;
  const followed = change ?? (person.prior === "none" ? ({ value: "baseline", from: "person" } as const) : undefined);
  return {
    ...multiple(examination, nodule),
    ...(spiculated?.value === "yes" && { smooth: { value: "no", from: byRule }, malignantSigns: { value: "yes", from: byRule } }),
    ...(smooth?.value === "yes" && { spiculated: { value: "no", from: byRule } }),
    ...(followed !== undefined && { change: followed }),
    ...((followed?.value === "baseline" || followed?.value === "new") && { priorCategory: { value: "none", from: byRule } }),
    ...examinationFacts(examination),
    ...nodule.facts,
  };
}

/** Whether another nodule of the same group (solid, or subsolid) was found. */
function multiple({ nodules }: GuidelineExamination, nodule: GuidelineNodule): Pick<Facts, "multiple"> {
  const others = nodules.filter((other) => other !== nodule);
  const own = nodule.facts.kind?.value;
  const isOfGroup = (kind: string): boolean => (kind === "solid") === (own === "solid");
  const kinds = others.map(({ facts }) => facts.kind?.value);
  if (own !== undefined && kinds.some((kind) => kind !== undefined && isOfGroup(kind))) return { multiple: { value: "yes", from: "rule" } };
  const noneCanBe = others.length === 0 || (own !== undefined && !kinds.includes(undefined));
  return noneCanBe ? { multiple: { value: "no", from: "rule" } } : {};
}
