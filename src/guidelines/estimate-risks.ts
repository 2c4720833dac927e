import type { RiskEstimate } from "../findings/assessment.ts";
import { type GuidelineExamination, noduleFacts } from "./examination.ts";
import { estimate, type RiskModel } from "./risk-model.ts";

/** The probability of every nodule by every model, nodule by nodule. */
export function estimateRisks(models: readonly RiskModel[], examination: GuidelineExamination): RiskEstimate[] {
  return examination.nodules.flatMap((nodule) => {
    const facts = noduleFacts(examination, nodule);
    return models.map((model): RiskEstimate => {
      const { probability, basis, used, missing } = estimate(model, facts);
      return {
        model: model.id,
        source: model.source,
        basis,
        trackingUid: nodule.trackingUid,
        probability,
        population: `risk-model.${model.id}.population`,
        outcome: `risk-model.${model.id}.outcome`,
        used: [...used],
        missing: [...missing],
      };
    });
  });
}
