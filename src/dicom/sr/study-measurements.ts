import type { AnalysisReading } from "../../findings/read-result.ts";
import type { Code } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { bilateral, concept, derivation, laterality, lung, unit } from "./codes.ts";
import { coded, numeric } from "./content-item.ts";
import { derived } from "./derived.ts";

const sides: Readonly<Record<string, Code>> = { lungs: bilateral, "left-lung": laterality.left, "right-lung": laterality.right };
const names: Readonly<Record<string, readonly [Code, ...DataSet[]]>> = {
  "lung-volume": [concept.volume],
  "finding-count": [concept.lesionCount],
  "largest-mean-diameter": [concept.diameter, derived(derivation.maximum)],
};
const units: Readonly<Record<string, Code>> = unit;

/**
 * The study-level measurements of an analysis, each with the place it was measured in. They stand among the evaluations of the read as a whole (PS3.16 TID 1500 is
 * extensible) and not as groups of TID 1501 among the findings: beside groups of TID 1411, DicomSRValidator holds every group to that template.
 * @throws RangeError for a measurement, subject or unit that has no code here
 */
export function studyMeasurements({ measurements }: AnalysisReading): DataSet[] {
  return measurements.map(({ code, value, unit: ucum, subject }) => {
    const [name, ...modifiers] = known(names, code);
    const side = coded("HAS CONCEPT MOD", concept.laterality, known(sides, subject));
    const site = coded("HAS CONCEPT MOD", concept.findingSite, lung, [side]);
    return numeric("CONTAINS", name, value, known(units, ucum), [site, ...modifiers]);
  });
}

function known<Value>(table: Readonly<Record<string, Value>>, key: string): Value {
  const value = table[key];
  if (value === undefined) throw new RangeError(`no DICOM code for "${key}"`);
  return value;
}
