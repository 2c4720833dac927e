import type { DataSet } from "../write/data-set.ts";
import { algorithm } from "./algorithm.ts";
import { assessments, risks } from "./assessment.ts";
import { concept } from "./codes.ts";
import { changeItems } from "./comparison.ts";
import { container } from "./content-item.ts";
import type { Draw } from "./draw.ts";
import { evaluations } from "./evaluations.ts";
import { findingGroup } from "./finding-group.ts";
import { imageLibrary } from "./image-library.ts";
import { documentContext } from "./observation-context.ts";
import { type SourceSeries, sourceHolding } from "./source-series.ts";
import type { SrInput } from "./sr-input.ts";

/**
 * The content tree of an Imaging Measurement Report (PS3.16 TID 1500).
 * @throws RangeError when a finding names an image that is in no source
 */
export function measurementReport(input: SrInput, drawOn: (source: SourceSeries) => Draw): DataSet {
  const { context, result, sources, segmentations, words } = input;
  const groups = result.analyses.flatMap((analysis) =>
    analysis.findings.map((finding) => {
      const source = sourceHolding(sources, finding.slice.sopInstanceUid);
      const surroundings = { name: words.findingName(finding), source, draw: drawOn(source), segmentations };
      return findingGroup(finding, {
        ...surroundings,
        algorithm: algorithm(analysis, context),
        change: changeItems(finding, words),
        assessments: [...assessments(input, finding.trackingUid), ...risks(input, finding.trackingUid)],
      });
    }),
  );
  return container(
    null,
    concept.measurementReport,
    [
      ...documentContext(input),
      ...imageLibrary(sources),
      ...(groups.length > 0 ? [container("CONTAINS", concept.imagingMeasurements, groups)] : []),
      evaluations(input),
    ],
    "1500",
  );
}
