import type { CandidateFinder, FinderBench } from "./candidate-finder.ts";
import { featureSource } from "./features-source.ts";
import type { LungBox } from "./lung-box.ts";
import { type NetCandidate, netCandidates } from "./net-candidates.ts";
import { figuresOf } from "./reject-false-positives.ts";

/** A second look at the detection net's candidates: the same candidates with another score, or place and size. */
export type SecondLook = (box: LungBox, candidates: readonly NetCandidate[], bench: FinderBench) => Promise<NetCandidate[]>;

/**
 * Of the semi-synthetic development scans (57 insertions in 6 volumes; the net was trained on their backgrounds, not on their nodules) 55 were
 * at or above, and .33 false positives a scan. To be chosen anew with every net.
 */
const operatingPoint = { name: "net-default", score: 0.4 } as const;

/** By the detection net in models/, and by a second look where there is one. The figures that explain a candidate are those of the rules. */
export function netFinder(secondLook?: SecondLook): CandidateFinder {
  return {
    operatingPoint,
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
