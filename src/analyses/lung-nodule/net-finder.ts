import type { CandidateFinder, FinderBench } from "./candidate-finder.ts";
import { featureSource } from "./features-source.ts";
import type { LungBox } from "./lung-box.ts";
import { type NetCandidate, netCandidates } from "./net-candidates.ts";
import { netOperatingPoints } from "./net-operating-points.ts";
import { figuresOf } from "./reject-false-positives.ts";

/** A second look at the detection net's candidates: the same candidates with another score, or place and size. */
export type SecondLook = (box: LungBox, candidates: readonly NetCandidate[], bench: FinderBench) => Promise<NetCandidate[]>;

/** By the detection net in models/, and by a second look where there is one. The figures that explain a candidate are those of the rules. */
export function netFinder(secondLook?: SecondLook): CandidateFinder {
  return {
    operatingPoints: netOperatingPoints,
    find: async (box, bench) => {
      const detector = await bench.models.load("lung-nodule-detector");
      const found = await netCandidates(box, detector, bench);
      const looked = secondLook === undefined ? found : await secondLook(box, found, bench);
      const source = featureSource(box);
      return [...looked]
        .sort((a, b) => b.score - a.score)
        .map((candidate) => {
          bench.signal.throwIfAborted();
          return { candidate, features: figuresOf(source, candidate), score: candidate.score };
        });
    },
  };
}
