import type { AnalysisReading } from "../../findings/read-result.ts";
import type { DataSet } from "../write/data-set.ts";
import type { ResultContext } from "../write/result-object.ts";
import { concept } from "./codes.ts";
import { text } from "./content-item.ts";

/** Which analysis made the measurements of a group, at which operating point, with which models (PS3.16 TID 4019). */
export function algorithm({ id, operatingPoint, models }: AnalysisReading, { overread: { version, commit } }: ResultContext): DataSet[] {
  const parameters = [
    ...(operatingPoint ? [`operating point = ${operatingPoint.name}`, `lowest score = ${operatingPoint.score}`] : []),
    ...models.map((model) => `model = ${model.id}, sha256 = ${model.sha256}`),
  ];
  return [
    text("HAS CONCEPT MOD", concept.algorithmName, `Overread ${id}`),
    text("HAS CONCEPT MOD", concept.algorithmVersion, `${version} (${commit})`),
    ...parameters.map((parameter) => text("HAS CONCEPT MOD", concept.algorithmParameters, parameter)),
  ];
}
